"""Who takes part: enrol, change days and end; the door is services/checking_in.py."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from activities import laying_out
from activities.models import Activity, Basis, Contract, EndReason, Enrolment, Session
from activities.notifications.sessions import plan_coming
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize
from portal.submissions import once

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from participants.models import Participant
    from portal.actor import Actor


UNENROLLED = (Contract.DAY_BY_DAY, Contract.EVENT)


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


def _plan(enrolment: Enrolment, *, first: date) -> None:
    """Plan the reminders of the days that a timetable won or lost; the sweep plans later ones."""
    since = laying_out.midnight(first)
    sessions = Session.objects.held().filter(activity=enrolment.activity_id)
    near = sessions.between(since, since + 3 * laying_out.DAY)
    plan_coming(near.values_list("pk", flat=True))


def _note(act: AuditAct, subject: str, item: Enrolment, *, by: Actor) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[item.participant_id],
        subject_id=item.pk,
        info_types=[InfoType.ACTIVITY],
    )
