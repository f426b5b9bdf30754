"""End an activity on a day, or let it go on after all: its sessions, and the places people have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from activities import expecting
from activities.laying_out import DAY, midnight
from activities.models import Activity, CancelReason, EndReason, Enrolment, Referral, Session
from activities.notifications import moved
from activities.notifications.sessions import plan_sessions
from activities.services import hours
from participants.models import Participant
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from datetime import date, datetime

    from activities.models.sessions import SessionQuerySet
    from activities.models.taking_part import EnrolmentQuerySet
    from portal.actor import Actor


@dataclass(frozen=True, slots=True)
class Ends:
    """What a last day would mean: times that go away or come back, people told, places that end."""

    gone: int
    back: int
    told: int
    places: int
    asked: int  # questions about a place that nobody has answered


def preview(activity: Activity, ended_on: date | None, *, today: date, now: datetime) -> Ends:
    """Return what a last day would change, and change nothing."""
    activity.ended_on = ended_on
    plan = hours.preview(
        activity,
        activity.opening_rules.all(),
        activity.opening_exceptions.all(),
        today=today,
        now=now,
    )
    by_hand = _by_hand(activity, ended_on, now=now) if ended_on else Session.objects.none()
    with as_system(Purpose.SESSIONS, savepoint=False):
        off = [one.pk for one in plan.gone] + list(by_hand.values_list("pk", flat=True))
        told = {person for some in expecting.concerned(off).values() for person in some}
        places = _going_on(activity, ended_on).count() if ended_on else 0
    asked = Referral.objects.waiting(today).filter(entry__activity=activity)
    return Ends(
        gone=len(off),
        back=len(plan.back) + len(plan.new),
        told=len(told),
        places=places,
        asked=asked.count(),
    )


@transaction.atomic
def end_activity(
    *, activity: Activity, by: Actor, ended_on: date | None, today: date, now: datetime
) -> None:
    """Set the last day, or none. Whoever meant to come later is told; a place ends the same day."""
    held = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    before = held.ended_on
    if before == ended_on:
        return
    Activity.objects.filter(pk=held.pk).update(ended_on=ended_on, version=F("version") + 1)
    audit.record(AuditAct.CHANGE, "activity", by=by, subject_id=held.pk)
    people = _give_back(held, before) if before else set()
    if ended_on:
        _cancel(_by_hand(held, ended_on, now=now), by=by, now=now)
    hours.lay_out(today=today, now=now, only=[held.pk])
    if ended_on:  # last: who had a place is told of what goes away
        people |= _end_places(held, ended_on)
    if people:
        audit.record(
            AuditAct.CHANGE,
            "enrolment",
            by=by,
            participants=sorted(people),
            subject_id=held.pk,
            info_types=[InfoType.ACTIVITY],
        )


def _by_hand(activity: Activity, ended_on: date, *, now: datetime) -> SessionQuerySet:
    """Return the sessions after the last day that a hand has touched: the hours leave them."""
    later = Session.objects.held().filter(
        activity=activity, starts_at__gte=midnight(ended_on + DAY), starts_at__gt=now
    )
    touched = Q(opened_at__isnull=False) | Q(closed_at__isnull=False)
    return later.filter(touched | Q(changed_at__isnull=False) | Q(laid_out_for=None))


def _cancel(sessions: SessionQuerySet, *, by: Actor, now: datetime) -> None:
    pks = list(sessions.values_list("pk", flat=True))
    Session.objects.held().filter(pk__in=pks).update(
        cancelled_at=now, cancelled_by=by.user, cancel_reason=CancelReason.OTHER_HOURS
    )
    plan_sessions(pks)
    moved.plan_sessions(pks)


def _going_on(activity: Activity, ended_on: date) -> EnrolmentQuerySet:
    later = Q(ended_on=None) | Q(ended_on__gt=ended_on)
    return Enrolment.objects.filter(later, activity=activity)


def _give_back(activity: Activity, before: date) -> set[int]:
    """Let the places that ended with the activity go on; return whose.

    Nobody is given back a place whose support has closed, or who is protected since.
    """
    ours = Enrolment.objects.filter(activity=activity)
    again = ours.filter(started_on__gt=before).values("participant")
    ended = ours.filter(
        end_reason=EndReason.ENDED,
        ended_on__gte=before,
        participant__in=Participant.objects.filter(closed_at=None, protection=0).values("pk"),
    )
    with as_system(Purpose.SESSIONS):
        some = ended.exclude(participant__in=again)
        people = set(some.values_list("participant_id", flat=True))
        some.update(ended_on=None, end_reason="")
    return people


def _end_places(activity: Activity, ended_on: date) -> set[int]:
    """Let people's places end with the activity; return whose."""
    with as_system(Purpose.SESSIONS):
        going = _going_on(activity, ended_on)
        people = set(going.values_list("participant_id", flat=True))
        going.update(ended_on=Greatest("started_on", Value(ended_on)), end_reason=EndReason.ENDED)
    return people
