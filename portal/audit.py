"""One line in the log, in the transaction of what it tells about: no log, no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import connection
from django.utils import timezone
from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.actor import Actor
    from portal.models import AuditAct, InfoType


# SQL, since every page writes a line: a model takes a millisecond to say the same.
LINE = """
INSERT INTO portal_auditevent (at, act, subject, subject_id, participants, info_types, user_id,
  membership_id, role, organisation_id, purpose, request_id)
VALUES (%s, %s, %s, %s, %s::bigint[], %s::smallint[], %s, %s, %s, %s, %s, %s)
"""

# In the same statement: whether somebody with protected identity was shown.
WATCHED = f"WITH line AS ({LINE}) SELECT is_anybody_protected(%s::bigint[])"
logger = structlog.get_logger(__name__)


def record(
    act: AuditAct,
    subject: str,
    *,
    by: Actor,
    participants: Iterable[int] = (),
    subject_id: int | None = None,
    info_types: Iterable[InfoType] = (),
) -> None:
    """Write who did what, once per page, with the ids of everybody shown.

    A page that shows nobody needs no line. The person reads the line in *Vem har tittat*.
    """
    line = (
        timezone.now(),
        str(act),
        subject,
        subject_id,
        list(participants),
        [int(kind) for kind in info_types],
        by.user_id or None,
        by.membership_id or None,
        str(by.role) if by.user else "",
        by.organisation_id,
        by.purpose,
        get_contextvars().get("request_id", ""),
    )
    with connection.cursor() as cursor:
        if not by.membership:
            cursor.execute(LINE, line)
            return
        cursor.execute(WATCHED, (*line, line[4]))
        (is_protected,) = cursor.fetchone()
    if is_protected:  # no name and no number: the line in the log says who it was
        logger.warning("protected_identity_seen", code=f"{act} {subject}")
