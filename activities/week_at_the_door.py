"""The week of those who run something: what was planned, and how many came; no names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from activities import expecting
from activities.laying_out import DAY, midnight
from activities.models import Attendance, Guest, GuestSignUp, Session, SessionState, SignUp
from portal.context import Purpose, as_system

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from portal.actor import Actor

MOST = 200  # sessions of one unit in a week
# Who was there can be seen for sixty days: beyond that the numbers would shrink by themselves.
WEEKS_BACK, WEEKS_AHEAD = 7, 8


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many of each kind; `came` counts people with a name, once each."""

    expected: int = 0
    came: int = 0
    guests: int = 0
    companions: int = 0
    waiting: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        both = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return Numbers(**both)


@dataclass(frozen=True, slots=True)
class Line:
    """One session of the week."""

    session: Session
    state: SessionState
    numbers: Numbers
    has_begun: bool


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def of(actor: Actor, monday: date, *, now: datetime) -> list[Line]:
    """Return the sessions of the actor's unit from Monday to Sunday with their numbers."""
    held = Session.objects.run_by(actor).between(midnight(monday), midnight(monday + 7 * DAY))
    own = list(held.select_related("activity").order_by("starts_at", "pk")[:MOST])
    numbers = _numbers(own, actor=actor)
    return [Line(one, one.state(now), numbers[one.pk], one.starts_at <= now) for one in own]


def in_all(lines: Iterable[Line]) -> Numbers:
    """Return the sums of the week; what was cancelled expects nobody."""
    total = Numbers()
    for line in lines:
        if line.state != SessionState.CANCELLED:
            total += line.numbers
    return total


def _numbers(own: list[Session], *, actor: Actor) -> dict[int, Numbers]:
    ids = [one.pk for one in own]
    by_timetable = expecting.expected(ids)
    noted = Attendance.objects.visible_to(actor).noted().filter(session__in=ids).values("session")
    came = dict(noted.values_list("session", Count("pk")))
    along = dict(noted.values_list("session", Sum("companions")))
    named = Guest.objects.here().filter(session__in=ids).values("session")
    guests = dict(named.values_list("session", Count("pk")))
    waiting = _waiting(ids)
    return {
        one.pk: Numbers(
            one.signed_up + len(by_timetable.get(one.pk, ())),
            came.get(one.pk, 0),
            one.guests + guests.get(one.pk, 0),
            along.get(one.pk, 0),
            waiting.get(one.pk, 0),
        )
        for one in own
    }


def _waiting(session_ids: Collection[int]) -> dict[int, int]:
    """Return how many stand in line; who they are is not for the leader until the day."""
    with as_system(Purpose.SESSIONS):
        waiting: Counter[int] = Counter()
        for model in (SignUp, GuestSignUp):
            line = model.objects.waiting().filter(session__in=session_ids).order_by()
            waiting.update(dict(line.values("session").values_list("session", Count("pk"))))
        return waiting
