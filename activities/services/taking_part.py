"""Who takes part: enrol and end, check in at the door; sign-ups are services/sign_ups.py."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from activities import history, laying_out, notifications
from activities.models import (
    Activity,
    Attendance,
    Basis,
    Contract,
    EndReason,
    Enrolment,
    HowNoted,
    Session,
)
from activities.models.taking_part import MOST_COMPANIONS
from activities.services import absences
from activities.services.sessions import SessionCancelled
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize
from portal.submissions import once

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from activities.models.taking_part import AttendanceQuerySet
    from participants.models import Participant
    from portal.actor import Actor


UNENROLLED = (Contract.DAY_BY_DAY, Contract.EVENT)
# What the log says of it, where nobody who works there has seen it.
SUBJECTS = {HowNoted.CODE: "attendance_by_code", HowNoted.MEMBERS: "attendance_on_list"}

AS_NEW = {"removed_at": None, "left_at": None, "companions": 0}


class PlaceEnded(Exception):
    """The place has a last day: its days are changed no more."""


class AlreadyEnrolled(Exception):
    """The person takes part in the activity on some of these days already."""


class CannotEnrol(Exception):
    """Day by day, and for an event, nobody is enrolled; a timetable means at least one weekday."""


class CannotMandate(Exception):
    """Only a timetable can be decided for somebody; everything else is their own choice."""


@transaction.atomic
def enrol(
    *,
    participant: Participant,
    activity: Activity,
    by: Actor,
    started_on: date,
    weekdays: Collection[int] = (),
    basis: Basis = Basis.VOLUNTARY,
    submission_id: UUID | None = None,
) -> Enrolment:
    """Give a person a place, with weekly days by timetable or as a member."""
    by_timetable = activity.contract == Contract.SCHEDULE
    if activity.contract in UNENROLLED or (by_timetable and not weekdays):
        raise CannotEnrol
    if basis == Basis.MANDATED:
        authorize(by, Permission.RELEASE_WRITE)
        if not by_timetable:
            raise CannotMandate
    try:
        with transaction.atomic():
            enrolment, is_new = once(
                Enrolment,
                submission_id,
                participant=participant,
                activity=activity,
                owner_id=by.organisation_id or activity.owner_id,
                author=by.user,
                started_on=started_on,
                weekdays=sorted(weekdays) if by_timetable else [],
                basis=basis,
                ended_on=None,
            )
    except IntegrityError:
        raise AlreadyEnrolled from None
    if is_new:
        _plan(enrolment, first=started_on)
        _note(AuditAct.CREATE, "enrolment", enrolment, by=by)
    return enrolment


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, by: Actor, ended_on: date, reason: EndReason) -> None:
    """End a place on its last day. One that was written by mistake never began."""
    if reason == EndReason.MISTAKE:
        ended_on = enrolment.started_on
    still = Enrolment.objects.filter(pk=enrolment.pk, ended_on=None, started_on__lte=ended_on)
    if not still.update(ended_on=ended_on, end_reason=reason):
        return
    _plan(enrolment, first=ended_on)
    _note(AuditAct.CHANGE, "enrolment", enrolment, by=by)


@transaction.atomic
def change_days(
    *, enrolment: Enrolment, by: Actor, weekdays: Collection[int], from_on: date
) -> Enrolment:
    """Let a timetable have other weekdays from a day on; sending twice changes it once.

    The place ends the day before and a new one begins, so that what held before can be read. Who
    chose it stays as it was.
    """
    if enrolment.basis == Basis.MANDATED:
        authorize(by, Permission.RELEASE_WRITE)
    days = sorted(weekdays)
    held = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    if held.ended_on:
        return _follower(held, days, from_on)
    if not days or from_on < held.started_on:
        raise CannotEnrol
    if days == held.weekdays:
        return held
    if from_on == held.started_on:  # it has not been otherwise on any day
        Enrolment.objects.filter(pk=held.pk).update(weekdays=days)
        new = held
    else:
        last = from_on - laying_out.DAY
        ending = {"ended_on": last, "end_reason": EndReason.OTHER_DAYS}
        Enrolment.objects.filter(pk=held.pk).update(**ending)
        same = {"participant_id", "activity_id", "owner_id", "basis"}
        kept = {name: getattr(held, name) for name in same}
        new = Enrolment.objects.create(**kept, author=by.user, weekdays=days, started_on=from_on)
    _plan(new, first=from_on)
    _note(AuditAct.CHANGE, "enrolment", held, by=by)
    return new


def _follower(ended: Enrolment, days: list[int], from_on: date) -> Enrolment:
    """Return the place that the same sending made before, or say that its days are done."""
    after = Enrolment.objects.filter(
        participant=ended.participant_id, activity=ended.activity_id, started_on=from_on
    ).first()
    if after is None or after.weekdays != days:
        raise PlaceEnded
    return after


@transaction.atomic
def come_back(*, enrolment: Enrolment, by: Actor, today: date) -> bool:
    """Let a member return: by right, from today, without a form; answer whether they did.

    Only a membership is such a right. Who has not left yet stays, as if nothing had been said of
    an end, and pressing twice makes one place.
    """
    ended = Enrolment.objects.memberships().filter(pk=enrolment.pk, ended_on__isnull=False)
    if not ended.exists():
        return False
    ending = Enrolment.objects.filter(pk=enrolment.pk, ended_on__gte=today)
    if ending.update(ended_on=None, end_reason=""):
        _note(AuditAct.CHANGE, "enrolment", enrolment, by=by)
        return True
    person, activity = enrolment.participant, enrolment.activity
    with suppress(AlreadyEnrolled):
        made = enrol(participant=person, activity=activity, by=by, started_on=today)
        Enrolment.objects.filter(pk=made.pk).update(on_list=enrolment.on_list)
    return True


@transaction.atomic
def stand_on_list(*, enrolment: Enrolment, by: Actor, says_yes: bool) -> bool:
    """Keep what a member answers: whether other members may read the name on their list."""
    asked = Enrolment.objects.memberships().filter(pk=enrolment.pk)
    if not asked.update(on_list=says_yes):
        return False
    _note(AuditAct.CHANGE, "members_list", enrolment, by=by)
    return True


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


def _plan(enrolment: Enrolment, *, first: date) -> None:
    """Plan the reminders of the days that a timetable won or lost; the sweep plans later ones."""
    since = laying_out.midnight(first)
    sessions = Session.objects.held().filter(activity=enrolment.activity_id)
    near = sessions.between(since, since + 3 * laying_out.DAY)
    notifications.plan_coming(near.values_list("pk", flat=True))


def _note(act: AuditAct, subject: str, item: Enrolment | Attendance, *, by: Actor) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[item.participant_id],
        subject_id=item.pk,
        info_types=[InfoType.ACTIVITY],
    )
