"""The week on one sheet of A4: as much as fits at 14 points, evenly over the days.

A sheet on a wall that runs over to a second page loses its end. So lines are counted before they
are printed, on the careful side; what finds no room is told as a number, and stands on *Idag*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from activities.board import EVENING
from activities.laying_out import DAY, midnight
from activities.models import Contract, Session
from activities.week import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from activities.models.sessions import SessionQuerySet
    from activities.week import Entry, Week

LINES = 35  # beside title, number and picture; tests/browser/test_paper.py prints a full sheet
LABEL = 2  # lines that the name of a day takes
WIDE = 55  # characters of a line, if many of them are wide
MOST = 8  # of a day, and of its evening
HEAD = 40  # characters of a line beside the picture
ANYBODY = (Contract.DAY_BY_DAY, Contract.EVENT)  # may come without having a place there
NO_BREAK = "\N{NO-BREAK SPACE}"
CLOCKS = "10.00-16.00 "


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the sheet: when, what, and where."""

    what: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    where: str = ""
    holds: str = ""  # what is asked at the door
    is_evening: bool = False
    needs_sign_up: bool = False
    is_theirs: bool = False  # in a person's own words

    @property
    def height(self) -> int:
        """How many lines of the sheet it takes; a mark in words takes its room too."""
        said = f"{CLOCKS}{self.what}. {self.where}. {self.holds}"
        marks = 12 * (self.is_evening + self.needs_sign_up)
        return ceil((len(said) + marks) / WIDE)


@dataclass
class Day:
    """A day of the sheet: what stands there, and how many more there are."""

    on: date
    lines: list[Line] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.lines)

    @property
    def height(self) -> int:
        return max(LABEL, sum(line.height for line in self.lines) + bool(self.more))


def public(now: datetime) -> list[Day]:
    """Return the coming seven days as anybody may come to them, in one query."""
    today = timezone.localdate(now)
    days = {day.on: day for day in _empty(today)}
    queues: dict[date, tuple[list[Line], list[Line]]] = {on: ([], []) for on in days}
    for session in _anybodys(now, today):
        on = timezone.localdate(session.starts_at)
        line = of_session(session)
        queue = queues[on][line.is_evening]
        if not queue:
            days[on].total += session.beside  # type: ignore[attr-defined]  # annotated
        queue.append(line)
    return fitted(days.values(), {on: list(_by_turns(*both)) for on, both in queues.items()})


def personal(week: Week, now: datetime, *, times_only: bool = False) -> list[Day]:
    """Return a person's own week: what they mean to come to, and the days of their steps.

    Where others may see the paper, nothing that the person has written stands on it.
    """
    days = {day.on: day for day in _empty(timezone.localdate(now))}
    queues: dict[date, list[Line]] = {on: [] for on in days}
    for entry in week.entries:
        is_off = entry.session and entry.session.cancelled_at
        if not is_off and not (times_only and entry.step):
            days[entry.on].total += 1
            queues[entry.on].append(_own(entry))
    step = "" if times_only or week.next_step is None else week.next_step.text
    return fitted(days.values(), queues, room=LINES - ceil(len(step) / HEAD))


def fitted(days: Iterable[Day], queues: dict[date, list[Line]], *, room: int = LINES) -> list[Day]:
    """Give each day one line in turn, for as long as the sheet has room."""
    sheet = list(days)
    while any(queues.values()):
        for day in sheet:
            if not queues[day.on]:
                continue
            day.lines.append(queues[day.on].pop(0))
            if sum(one.height for one in sheet) > room:
                day.lines.pop()
                queues[day.on].clear()
    for day in sheet:
        day.lines.sort(key=lambda line: line.starts_at or midnight(day.on))
    return sheet


def of_session(session: Session) -> Line:
    """Return a session's line; a place that is named in its activity is not named twice."""
    activity, place = session.activity, session.activity.place
    address = NO_BREAK.join(place.address.rsplit(" ", 1))  # the number follows its street
    is_said = place.name.lower() in activity.name.lower()
    return Line(
        what=activity.name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        where=address if is_said else f"{place.name}, {address}",
        holds=". ".join(activity.threshold_labels),
        is_evening=_is_evening(session),
        needs_sign_up=activity.sign_up,
    )


def _own(entry: Entry) -> Line:
    if entry.session:
        return of_session(entry.session)
    return Line(what=entry.step.text if entry.step else "", is_theirs=True)


def _is_evening(session: Session) -> bool:
    return timezone.localtime(session.starts_at).time() >= EVENING


def _empty(today: date) -> Iterator[Day]:
    return (Day(today + number * DAY) for number in range(DAYS))


def _by_turns(day: list[Line], evening: list[Line]) -> Iterator[Line]:
    """Yield one of the day, one of the evening: most doors close at 16, so those are told."""
    for number in range(max(len(day), len(evening))):
        yield from (queue[number] for queue in (day, evening) if number < len(queue))


def _anybodys(now: datetime, today: date) -> SessionQuerySet:
    """Return the first of each day and evening, of what anybody may come to.

    What needs no sign-up comes first, and of that what is open longest.
    """
    part = (TruncDate("starts_at"), "in_evening")
    order = (
        F("activity__sign_up").asc(),
        (F("ends_at") - F("starts_at")).desc(),
        F("starts_at").asc(),
        F("pk").asc(),
    )
    return (
        Session.objects.held()
        .public()
        .between(midnight(today), midnight(today + DAYS * DAY))
        .filter(activity__contract__in=ANYBODY, closed_at=None, ends_at__gt=now)
        .annotate(
            in_evening=ExpressionWrapper(
                Q(starts_at__time__gte=EVENING), output_field=BooleanField()
            )
        )
        .annotate(
            rank=Window(RowNumber(), partition_by=part, order_by=order),
            beside=Window(Count("pk"), partition_by=part),
        )
        .filter(rank__lte=MOST)
        .select_related("activity__place")
        .order_by("rank", "starts_at", "pk")
    )
