"""How many places there are: of one session, or of all that are to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from activities.models import Activity, GuestSignUp, Session, SignUp
from activities.services import hours, line
from activities.services.sessions import SessionCancelled, SessionOver
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct

if TYPE_CHECKING:
    from datetime import datetime

    from portal.actor import Actor

MOST = 999


class TooFew(Exception):
    """More people than that have a place; nobody loses theirs."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


@transaction.atomic
def set_seats(
    *, session: Session, by: Actor, now: datetime, seats: int, from_now_on: bool = False
) -> int:
    """Change the number of places, and offer what becomes free; return how many were offered.

    Whoever signs up at the same time waits for the lock, as everywhere where places are given.
    """
    activity_id = session.activity_id
    if from_now_on:  # first, so that two who change it take turns
        activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity_id)
    held = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    if held.cancelled_at:
        raise SessionCancelled
    if held.starts_at <= now:
        raise SessionOver
    if seats < held.signed_up:
        raise TooFew(held.signed_up)
    Session.objects.filter(pk=held.pk).update(seats=seats, seats_by_hand=not from_now_on)
    audit.record(AuditAct.CHANGE, "session", by=by, subject_id=held.pk)
    if not from_now_on:
        return line.pass_on(held.pk, now=now)
    # A sheet that was opened before meets what has changed.
    Activity.objects.filter(pk=activity_id).update(seats=seats, version=F("version") + 1)
    if activity.is_event:
        return give_each_time(activity_id, seats=seats, now=now)
    hours.lay_out(today=timezone.localdate(now), now=now, only=[activity_id])
    return sum(line.pass_on(pk, now=now) for pk in [held.pk, *_with_a_line(held, now=now)])


def give_each_time(event_id: int, *, seats: int, now: datetime) -> int:
    """Give the number of places to the times to come of an event that no hand has touched.

    Never fewer than are taken. Return how many were offered a place; to be called with the event's
    row locked, so that two who change it take turns.
    """
    coming = Session.objects.held().filter(activity=event_id, starts_at__gt=now)
    offered = 0
    for pk in coming.filter(seats_by_hand=False).order_by("pk").values_list("pk", flat=True):
        session = line.locked(pk)
        Session.objects.filter(pk=pk).update(seats=max(seats, session.signed_up))
        offered += line.pass_on(pk, now=now)
    return offered


def _with_a_line(session: Session, *, now: datetime) -> list[int]:
    """Return the other sessions to come of the activity where somebody waits."""
    with as_system(Purpose.SESSIONS):
        others = Session.objects.held().filter(activity=session.activity_id, starts_at__gt=now)
        waits = Q(pk__in=SignUp.objects.waiting().values("session"))
        waits |= Q(pk__in=GuestSignUp.objects.waiting().values("session"))
        lines = others.exclude(pk=session.pk).filter(waits)
        return list(lines.order_by("starts_at", "pk").values_list("pk", flat=True))
