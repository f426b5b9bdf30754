"""Put right who was there, and when; what stood before stays readable."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from activities import history
from activities.models import Attendance, HowNoted, Session
from activities.services import absences
from portal import audit
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from datetime import datetime

    from activities.history import Stood
    from participants.models import Participant
    from portal.actor import Actor

FOR_SO_LONG = timedelta(days=14)  # after that, what was noted stands
NOBODY = history.Stood(None, None, 0)


class ChangedMeanwhile(Exception):
    """Somebody else has noted or corrected something since the page was drawn."""


def may_correct(session: Session, now: datetime) -> bool:
    """Answer whether what was noted may be put right: from the start, and two weeks on."""
    return session.starts_at <= now < session.ends_at + FOR_SO_LONG


def seal(noted: Attendance | None) -> str:
    """Return what a page was drawn from, so that two who correct at once do not undo each other."""
    came, left, along = noted.stood if noted else NOBODY
    return f"{came and came.isoformat()} {left and left.isoformat()} {along}"


@transaction.atomic
def correct(
    *,
    session: Session,
    participant: Participant,
    by: Actor,
    now: datetime,
    is_now: Stood,
    seen: str,
) -> None:
    """Let it stand otherwise, and keep how it stood, who changed it and when.

    What was copied and sent before is a copy: it stays as the person has read it.
    """
    held = Attendance.objects.select_for_update(of=("self",), no_key=True)
    noted = held.filter(session=session, participant=participant).first()
    stood = noted.stood if noted else NOBODY
    if seal(noted) != seen:
        raise ChangedMeanwhile
    if is_now == stood:
        return
    line = history.entry(stood, at=now, by=f"{by.user}")
    if noted is None:
        noted, _is_new = Attendance.objects.get_or_create(
            session=session,
            participant=participant,
            defaults={
                "owner_id": session.activity.owner_id,
                "author": by.user,
                "arrived_at": is_now.came or now,
            },
        )
    _write(noted, is_now, line=line, now=now)
    if is_now.came:
        absences.take_back(session=session, participant=participant, by=by, now=now)
    audit.record(
        AuditAct.CHANGE,
        "correction",
        by=by,
        participants=[participant.pk],
        subject_id=noted.pk,
        info_types=[InfoType.ACTIVITY],
    )


def _write(noted: Attendance, is_now: Stood, *, line: dict[str, object], now: datetime) -> None:
    """Somebody who was not there keeps the times that were noted, for whoever looks."""
    noted.history = [*noted.history, line]
    noted.removed_at = None if is_now.came else now
    if is_now.came:
        noted.arrived_at, noted.left_at = is_now.came, is_now.left
        noted.companions, noted.how = is_now.companions, HowNoted.DOOR
    noted.save(
        update_fields=["history", "removed_at", "arrived_at", "left_at", "companions", "how"]
    )


@transaction.atomic
def set_guests(*, session: Session, by: Actor, number: int) -> None:
    """Put right how many came without a name."""
    if Session.objects.held().filter(pk=session.pk).exclude(guests=number).update(guests=number):
        audit.record(AuditAct.CHANGE, "session", by=by, subject_id=session.pk)
