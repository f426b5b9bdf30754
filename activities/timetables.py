"""What other weekdays would mean for somebody: days won and lost, and what they clash with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate

from activities.laying_out import midnight
from activities.models import Enrolment, PlaceClosing, Session, SignUp, Weekday
from activities.services.hours import AHEAD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from portal.actor import Actor

SHOWN = 10  # of each kind, on the page
MOST = 400


@dataclass(frozen=True, slots=True)
class Clash:
    """A day of the new timetable that meets something: another time, or a house that is shut."""

    session: Session
    other: Session | None = None
    closing: PlaceClosing | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What changes in the coming eight weeks, as far as they have been laid out."""

    won: list[Session] = field(default_factory=list)
    lost: list[Session] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    never_open: list[str] = field(default_factory=list)  # weekdays without a session


def preview(
    enrolment: Enrolment, weekdays: Collection[int], from_on: date, *, actor: Actor
) -> Preview:
    """Compare a timetable with what it would be; four queries, and nothing beyond one's reach."""
    begins, ends = midnight(from_on), midnight(from_on + AHEAD)
    own = Session.objects.held().filter(activity=enrolment.activity_id)
    sessions = list(own.between(begins, ends).order_by("starts_at", "pk")[:MOST])
    found = Preview()
    wanted = []
    for one in sessions:
        weekday = localdate(one.starts_at).weekday()
        if weekday in weekdays:
            wanted.append(one)
            if weekday not in enrolment.weekdays:
                found.won.append(one)
        elif weekday in enrolment.weekdays:
            found.lost.append(one)
    others = _other_times(enrolment, wanted, from_on, actor=actor)
    found.clashes.extend(_clashes(enrolment, wanted, others))
    open_on = {localdate(one.starts_at).weekday() for one in sessions}
    found.never_open.extend(
        str(Weekday(day).label) for day in sorted(weekdays) if day not in open_on
    )
    return found


def _other_times(
    enrolment: Enrolment, wanted: list[Session], from_on: date, *, actor: Actor
) -> list[Session]:
    """Return what else the person means to come to, as far as the actor may see it."""
    if not wanted:
        return []
    person = enrolment.participant_id
    others = Enrolment.objects.visible_to(actor).current(from_on).filter(participant=person)
    timetables = list(others.exclude(activity=enrolment.activity_id)[:MOST])
    chosen = SignUp.objects.visible_to(actor).standing().filter(participant=person)
    signed_up = set(chosen.values_list("session", flat=True))
    near = Session.objects.held().filter(
        starts_at__lt=max(one.ends_at for one in wanted), ends_at__gt=wanted[0].starts_at
    )
    either = Q(pk__in=signed_up) | Q(activity__in={one.activity_id for one in timetables})
    return [
        one
        for one in near.filter(either)
        .exclude(activity=enrolment.activity_id)
        .select_related("activity")[:MOST]
        if one.pk in signed_up
        or any(
            place.activity_id == one.activity_id and place.expects(localdate(one.starts_at))
            for place in timetables
        )
    ]


def _clashes(enrolment: Enrolment, wanted: list[Session], others: list[Session]) -> Iterator[Clash]:
    if not wanted:
        return
    shut = list(
        PlaceClosing.objects.filter(
            place=enrolment.activity.place_id,
            first_on__lte=localdate(wanted[-1].starts_at),
            last_on__gte=localdate(wanted[0].starts_at),
        )
    )
    for one in wanted:
        for closing in shut:
            if closing.first_on <= localdate(one.starts_at) <= closing.last_on:
                yield Clash(one, closing=closing)
        for other in others:
            if other.starts_at < one.ends_at and one.starts_at < other.ends_at:
                yield Clash(one, other=other)
