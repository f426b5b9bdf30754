"""What cannot be at once: two activities in one room, and anything in a place that is shut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from activities.laying_out import STOCKHOLM
from activities.models import PlaceClosing, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from activities.laying_out import Spans
    from activities.models import Activity
    from portal.actor import Actor

MOST = 20


@dataclass(frozen=True, slots=True)
class Conflict:
    """One occasion that cannot be as it is: another in the room, or days when the place is shut."""

    starts_at: datetime
    other: Session | None = None
    closing: PlaceClosing | None = None


def of_hours(activity: Activity, spans: Spans) -> list[Conflict]:
    """Return what stands in the way of an activity at these times; two queries, however many."""
    return sorted(_of_hours(activity, spans), key=lambda one: one.starts_at)[:MOST] if spans else []


def _of_hours(activity: Activity, spans: Spans) -> Iterator[Conflict]:
    first, last = min(spans), max(spans.values())
    closings = PlaceClosing.objects.filter(
        place=activity.place_id, first_on__lte=localdate(last), last_on__gte=localdate(first)
    )
    others = (
        Session.objects.held()
        .filter(activity__room=activity.room_id, closed_at=None)
        .filter(starts_at__lt=last, ends_at__gt=first)
        .exclude(activity=activity)
        .select_related("activity")
        if activity.room_id
        else Session.objects.none()
    )
    shut, booked = list(closings), list(others)
    for start, end in spans.items():
        for closing in shut:
            if closing.first_on <= localdate(start) <= closing.last_on:
                yield Conflict(start, closing=closing)
        for other in booked:
            if other.starts_at < end and start < other.ends_at:
                yield Conflict(start, other=other)


def unsolved(actor: Actor, *, now: datetime) -> list[Session]:
    """Return the own unit's sessions to come that cannot be as they are; one query.

    Each says what it meets: `shut`, why the place is shut, or `meets`, the name of the other.
    """
    on = TruncDate("starts_at", tzinfo=STOCKHOLM)
    same_room = (
        Session.objects.held()
        .filter(activity__room=OuterRef("activity__room"), closed_at=None)
        .filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
        .exclude(activity=OuterRef("activity"))
        .order_by("starts_at", "pk")
    )
    shut = PlaceClosing.objects.filter(
        place=OuterRef("activity__place"), first_on__lte=OuterRef("on"), last_on__gte=OuterRef("on")
    )
    own = Session.objects.held().run_by(actor).filter(ends_at__gt=now, closed_at=None)
    return list(
        own.annotate(on=on)
        .annotate(meets=Subquery(same_room.values("activity__name")[:1]), is_shut=Exists(shut))
        .filter(Q(meets__isnull=False) | Q(is_shut=True))
        .select_related("activity__place", "activity__room")
        .order_by("starts_at", "pk")[:MOST]
    )
