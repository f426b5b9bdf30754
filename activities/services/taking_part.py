"""Who takes part: enrol and end, check in at the door; sign-ups are services/sign_ups.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from activities import laying_out, notifications
from activities.models import (
    Activity,
    Attendance,
    Basis,
    Contract,
    EndReason,
    Enrolment,
    Session,
)
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

    from participants.models import Participant
    from portal.actor import Actor


UNENROLLED = (Contract.DAY_BY_DAY, Contract.EVENT)


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
def check_in(*, session: Session, participant: Participant, by: Actor, now: datetime) -> Attendance:
    """Note that a person has come; pressing twice, or on two phones, makes one row."""
    held = Session.objects.select_related("activity").get(pk=session.pk)
    if held.cancelled_at:
        raise SessionCancelled
    attendance, is_new = Attendance.objects.get_or_create(
        session=held,
        participant=participant,
        defaults={"owner_id": held.activity.owner_id, "author": by.user, "arrived_at": now},
    )
    if not is_new:
        undone = Attendance.objects.filter(pk=attendance.pk, removed_at__isnull=False)
        is_new = bool(undone.update(removed_at=None, left_at=None, arrived_at=now, author=by.user))
    if is_new:
        _note(AuditAct.CREATE, "attendance", attendance, by=by)
        absences.take_back(session=held, participant=participant, by=by, now=now)
    return attendance


@transaction.atomic
def check_out(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Note that a person has gone home."""
    here = Attendance.objects.noted().filter(pk=attendance.pk, left_at=None)
    if here.update(left_at=max(now, attendance.arrived_at)):
        _note(AuditAct.CHANGE, "attendance", attendance, by=by)


@transaction.atomic
def undo_attendance(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Take one tap back: gone becomes here, and here becomes never written."""
    noted = Attendance.objects.noted().filter(pk=attendance.pk)
    if noted.filter(left_at__isnull=False).update(left_at=None) or noted.update(removed_at=now):
        _note(AuditAct.CHANGE, "attendance", attendance, by=by)


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
