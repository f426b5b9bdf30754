"""One line in the log, in the transaction of what it tells about: no log, no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from structlog.contextvars import get_contextvars

from portal.models import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.actor import Actor
    from portal.models import AuditAct, InfoType


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
    membership = by.membership
    AuditEvent.objects.create(
        act=act,
        subject=subject,
        subject_id=subject_id,
        participants=list(participants),
        info_types=[int(kind) for kind in info_types],
        user_id=by.user_id or None,
        membership_id=membership.pk if membership else None,
        role=by.role if by.user else "",
        organisation_id=by.organisation_id,
        purpose=by.purpose,
        request_id=get_contextvars().get("request_id", ""),
    )
