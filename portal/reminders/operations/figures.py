"""How it goes with what is said: counts of messages by kind and by way; no names, no numbers.

Read from the index of what ended in the last days, and from that of what is open: ten million old
rows cost nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import Now

from portal.reminders.kinds import registry
from portal.reminders.models import (
    NEEDS_SOMEBODY,
    OPEN,
    Channel,
    Reason,
    RecipientKind,
    Reminder,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import StrOrPromise

    from portal.reminders.models import ReminderQuerySet

SENT = (Status.ACCEPTED, Status.DELIVERED)
NOT_SENT = (Status.SUPPRESSED, Status.CANCELLED)
LATE, VERY_LATE = timedelta(minutes=2), timedelta(minutes=5)


class Row(NamedTuple):
    """How many messages of one kind, by one way, are or ended in one state, for one reason."""

    kind: str
    channel: str
    gateway: str
    status: str
    reason: str
    number: int
    due: int
    late: int  # over two minutes after their time
    very_late: int  # over five
    repeats: int
    to_people: int  # of what was given up: meant for participants, whom somebody rings


@dataclass(slots=True)
class Sums:
    """What became of the messages of one kind, or of one way."""

    name: StrOrPromise
    code: str = ""
    due: int = 0
    waiting: int = 0  # the due ones too
    sent: int = 0
    late: int = 0  # of the sent: over two minutes after their time
    very_late: int = 0  # and of those: over five
    not_sent: int = 0
    given_up: int = 0
    repeats: int = 0  # sent twice, since nobody knew whether the first one arrived

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing has ended: then there is nothing to read."""
        return not (self.waiting or self.sent or self.not_sent or self.given_up)

    def count(self, row: Row) -> None:
        self.repeats += row.repeats
        if row.status in SENT:
            self.sent += row.number
            self.late += row.late
            self.very_late += row.very_late
        elif row.status in NEEDS_SOMEBODY:
            self.given_up += row.number
        elif row.status in NOT_SENT:
            self.not_sent += row.number
        else:
            self.waiting += row.number
            self.due += row.due


@dataclass(slots=True)
class Figures:
    """All that the page shows, from two looks at the outbox."""

    kinds: dict[str, Sums]
    ways: dict[tuple[str, str], Sums] = field(default_factory=dict)
    held_back: Counter[Reason] = field(default_factory=Counter)
    given_up: Counter[Reason] = field(default_factory=Counter)
    to_people: int = 0  # of what was given up

    def count(self, row: Row) -> None:
        kind = self.kinds.setdefault(row.kind, Sums(row.kind, row.kind))  # also one that is no more
        kind.count(row)
        name = Channel(row.channel).label
        way = Sums(f"{name}, {row.gateway}" if row.gateway else name)
        self.ways.setdefault((row.channel, row.gateway), way).count(row)
        if row.status in NEEDS_SOMEBODY:
            self.given_up[Reason(row.reason)] += row.number
            self.to_people += row.to_people
        elif row.status == Status.SUPPRESSED or (row.status in OPEN and row.reason):
            self.held_back[Reason(row.reason)] += row.number


def since(moment: datetime) -> Figures:
    """Return what is open now, and what has ended since then."""
    known = {code: Sums(kind.name, code) for code, kind in registry.kinds.items()}
    found = Figures(known)
    for row in rows(moment):
        found.count(row)
    return found


def rows(moment: datetime) -> list[Row]:
    """Return the counts by kind, way, state and reason: of what is open, and of what ended.

    Whom it was for is asked of the few that were given up: the index of the others does not know.
    """
    by = ("kind", "channel", "gateway", "status", "reason")
    due = Count("next_at", filter=Q(next_at__lte=Now()))
    counts = {
        "late_ones": Count("late", filter=Q(late__gt=LATE.seconds)),
        "very_late": Count("late", filter=Q(late__gt=VERY_LATE.seconds)),
        "again": Sum("repeats"),
    }
    ended = Reminder.objects.filter(ended_at__gte=moment)
    people = Count("status", filter=Q(recipient_kind=RecipientKind.PARTICIPANT))
    parts = (
        (Reminder.objects.open(), due, Value(0)),
        (ended.exclude(status__in=NEEDS_SOMEBODY), Value(0), Value(0)),
        (Reminder.objects.given_up(moment), Value(0), people),
    )
    held, *others = (
        some.values_list(*by)
        .annotate(number=Count("status"), due_now=due_now, **counts, to_people=to_people)
        .order_by()
        for some, due_now, to_people in parts
    )
    return [Row(*row) for row in held.union(*others, all=True)]


class Waiting(NamedTuple):
    """A message that waits, by its own name alone, and how long it has."""

    kind: str
    channel: str
    gateway: str
    public_id: UUID
    late: timedelta

    @property
    def line(self) -> dict[str, str]:
        """What a line of the log may say of it."""
        told = {"kind": self.kind, "channel": str(self.channel), "gateway": self.gateway}
        late = f"{self.late.total_seconds():.0f}"  # seconds
        return told | {"late": late, "reminder": str(self.public_id)}


def waiting(rows: ReminderQuerySet, since: str = "ready_at") -> Iterator[Waiting]:
    """Yield the rows as what waits since a moment that a field of theirs says."""
    late = ExpressionWrapper(Now() - F(since), DurationField())
    for row in rows.values_list("kind", "channel", "gateway", "public_id", late):
        yield Waiting(*row)


def oldest_due() -> Waiting | None:
    """Return what has been due longest, tried or not; five minutes are an alarm."""
    return next(waiting(Reminder.objects.late().order_by("ready_at")[:1]), None)
