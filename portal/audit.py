"""One line in the log, in the transaction of what it tells about: no log, no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import connection
from structlog.contextvars import get_contextvars

from portal.models import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor
    from portal.models import AuditAct, InfoType

AT_ONCE = 5000  # rows in a seal

# SQL, since every page writes a line: a model takes a millisecond to say the same.
LINE = """
INSERT INTO portal_auditevent (act, subject, subject_id, participants, info_types, user_id,
  membership_id, role, organisation_id, purpose, request_id, ground, source_id)
VALUES (%s, %s, %s, %s::bigint[], %s::smallint[], %s, %s, %s, %s, %s, %s, %s, %s)
"""
ABOUT_ONE = (
    "SELECT audit_about_one(%s, %s, %s, %s, %s::smallint[], %s, %s, %s, %s::bigint, %s, %s),"
    " is_anybody_protected(%s::bigint[])"
)

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
    ground: Ground | None = None,
) -> None:
    """Write who did what, once per page, with the ids of everybody shown.

    A page that shows nobody needs no line. The person reads the line in *Vem har tittat*. About
    one person it says on what ground; a list has as many grounds as people, and says none, unless
    it is the same `ground` for all, and none that `Access` knows of.
    """
    shown = list(participants)
    is_about_one = len(shown) == 1 and by.user
    asks_why = is_about_one and by.membership and ground is None
    line = (
        str(act),
        subject,
        subject_id,
        shown[0] if asks_why else shown,
        [int(kind) for kind in info_types],
        by.user_id or None,
        by.membership_id or None,
        str(by.role) if by.user else "",
        by.organisation_id,
        by.purpose,
        get_contextvars().get("request_id", ""),
    )
    with connection.cursor() as cursor:
        if asks_why:
            cursor.execute(ABOUT_ONE, (*line, shown))
        elif is_about_one and not by.membership:
            cursor.execute(LINE, (*line, int(Ground.OWN), shown[0]))
            return
        else:
            cursor.execute(WATCHED, (*line, ground, None, shown))
        (*_written, is_protected) = cursor.fetchone() or (False,)
    if is_protected and by.membership:  # no name and no number: the line says who it was
        logger.warning("protected_identity_seen", code=f"{act} {subject}")


def printed(request_id: str, *, by: Actor) -> None:
    """Write that a page was printed: whom it showed stands in the lines of that request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_printed(%s, %s)", [request_id, by.user_id])


def stopped(page: str, *, by: Actor, person_id: UUID | None = None) -> None:
    """Write that somebody was stopped, at whose door if such a person exists."""
    line = (
        page,
        person_id,
        by.user_id or None,
        by.membership_id or None,
        str(by.role),
        by.organisation_id,
        get_contextvars().get("request_id", ""),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_stopped(%s, %s, %s, %s, %s, %s, %s)", line)


def seal() -> int:
    """Seal what is new in the log, and return how many lines; none while another sealer works."""
    sealed = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT seal_audit(%s)", [AT_ONCE])
            (now,) = cursor.fetchone() or (0,)
            sealed += now
            if now < AT_ONCE:
                return sealed


def make_months(until: date) -> int:
    """Make the partitions of the months to come, and return how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_audit_months(%s)", [until])
        return int((cursor.fetchone() or (0,))[0])


def alarm() -> str:
    """Return what is wrong with the log: `unsealed`, `months`, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_alarm()")
        return str((cursor.fetchone() or ("",))[0])
