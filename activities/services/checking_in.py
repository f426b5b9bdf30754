"""Who comes and goes at the door; what is put right afterwards is services/correcting.py."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from activities import history, laying_out
from activities.models import Attendance, DoorTap, Guest, HowNoted, Session
from activities.models.attendance import MOST_COMPANIONS
from activities.services import absences
from activities.services.sessions import SessionCancelled
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from datetime import date, datetime

    from activities.models.attendance import AttendanceQuerySet
    from participants.models import Participant
    from portal.actor import Actor

# What the log says of it, where nobody who works there has seen it.
SUBJECTS = {HowNoted.CODE: "attendance_by_code", HowNoted.MEMBERS: "attendance_on_list"}

TAPS_KEPT = timedelta(days=30)  # longer than a phone may wait with one
AS_NEW = {"removed_at": None, "left_at": None, "companions": 0}


@transaction.atomic
def check_in(
    *,
    session: Session,
    participant: Participant,
    by: Actor,
    now: datetime,
    how: HowNoted = HowNoted.DOOR,
) -> Attendance:
    """Note that a person has come; pressing twice, or on two phones, makes one row."""
    held = Session.objects.select_related("activity").get(pk=session.pk)
    if held.cancelled_at:
        raise SessionCancelled
    said = {"author": by.user, "arrived_at": now, "how": how}
    attendance, is_new = Attendance.objects.get_or_create(
        session=held,
        participant=participant,
        defaults={"owner_id": held.activity.owner_id, **said},
    )
    if not is_new:
        undone = Attendance.objects.filter(pk=attendance.pk, removed_at__isnull=False)
        is_new = bool(undone.update(**AS_NEW, **said, **_line(undone, by=by, now=now)))
        if not is_new and how == HowNoted.DOOR:
            confirm(attendance=attendance, by=by)
    if is_new:
        _note(AuditAct.CREATE, SUBJECTS.get(how, "attendance"), attendance, by=by)
        absences.take_back(session=held, participant=participant, by=by, now=now)
    return attendance


@transaction.atomic
def check_out(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Note that a person has gone home."""
    here = Attendance.objects.noted().filter(pk=attendance.pk, left_at=None)
    line = _line(here, by=by, now=now)
    if here.update(left_at=max(now, attendance.arrived_at), **line):
        _note(AuditAct.CHANGE, _at_the_door(by), attendance, by=by)


@transaction.atomic
def confirm(*, attendance: Attendance, by: Actor) -> None:
    """Note that somebody who works there has seen the person: it is no longer a code's word."""
    said = Attendance.objects.noted().filter(pk=attendance.pk, how=HowNoted.CODE)
    if said.update(how=HowNoted.DOOR, author=by.user):
        _note(AuditAct.CREATE, "attendance", attendance, by=by)


@transaction.atomic
def stays(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Note that somebody has not gone home after all."""
    gone = Attendance.objects.noted().filter(pk=attendance.pk, left_at__isnull=False)
    if gone.update(left_at=None, **_line(gone, by=by, now=now)):
        _note(AuditAct.CHANGE, "attendance", attendance, by=by)


@transaction.atomic
def never_came(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Take away what was noted of somebody who is not here."""
    if _take_away(Attendance.objects.noted().filter(pk=attendance.pk), by=by, now=now):
        _note(AuditAct.CHANGE, "attendance", attendance, by=by)


@transaction.atomic
def count_company(*, attendance: Attendance, by: Actor, change: int) -> None:
    """Count one more, or one less, of those who come along with somebody; none has a name."""
    here = Attendance.objects.noted().filter(pk=attendance.pk)
    room = here.filter(
        companions__gte=max(-change, 0), companions__lte=MOST_COMPANIONS - max(change, 0)
    )
    if room.update(companions=F("companions") + change):
        _note(AuditAct.CHANGE, "attendance", attendance, by=by)


@transaction.atomic
def undo_attendance(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Take one tap back: gone becomes here, and here becomes never written."""
    noted = Attendance.objects.noted().filter(pk=attendance.pk)
    gone = noted.filter(left_at__isnull=False)
    stays_here = gone.update(left_at=None, **_line(gone, by=by, now=now))
    if stays_here or _take_away(noted, by=by, now=now):
        _note(AuditAct.CHANGE, _at_the_door(by), attendance, by=by)


def _take_away(noted: AttendanceQuerySet, *, by: Actor, now: datetime) -> int:
    """Note that somebody is not here; what a leader says so no list puts back."""
    word = {"how": HowNoted.DOOR} if by.user else {}
    return noted.update(removed_at=now, **word, **_line(noted, by=by, now=now))


def _line(rows: AttendanceQuerySet, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Return the history with one line more, where a correction is changed: never without trace."""
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None or not row.history:
        return {}
    return {
        "history": [*row.history, history.entry(row.stood, at=now, by=f"{by.user or by.purpose}")]
    }


def _at_the_door(by: Actor) -> str:
    """Return whose tap it was, for the log: without an account only the members' list taps."""
    return "attendance" if by.user else SUBJECTS[HowNoted.MEMBERS]


def _note(act: AuditAct, subject: str, item: Attendance, *, by: Actor) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[item.participant_id],
        subject_id=item.pk,
        info_types=[InfoType.ACTIVITY],
    )


def forget_guests(*, today: date) -> int:
    """Turn typed names of earlier days into numbers, and forget old taps; return how many."""
    DoorTap.objects.filter(done_at__lt=laying_out.midnight(today - TAPS_KEPT)).delete()
    old = Guest.objects.filter(session__starts_at__lt=laying_out.midnight(today - laying_out.DAY))
    with as_system(Purpose.SESSIONS):
        counted = Counter(
            old.here().select_for_update(of=("self",)).values_list("session_id", flat=True)
        )
        for session_id, number in sorted(counted.items()):
            Session.objects.filter(pk=session_id).update(guests=F("guests") + number)
        forgotten, _ = old.delete()
    return forgotten
