"""How it goes with what is said: counts by kind, for those who lead; no names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from portal.reminders.kinds import registry
from portal.reminders.models import NEEDS_SOMEBODY, Reason, Reminder, Status

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django_stubs_ext import StrOrPromise

SENT = (Status.ACCEPTED, Status.DELIVERED)
NOT_SENT = (Status.SUPPRESSED, Status.CANCELLED)


@dataclass(slots=True)
class KindFigures:
    """What became of the reminders of one kind."""

    name: StrOrPromise
    waiting: int = 0
    sent: int = 0
    not_sent: int = 0
    given_up: int = 0
    repeats: int = 0  # sent twice, since nobody knew whether the first one arrived

    def count(self, status: Status, number: int) -> None:
        if status in SENT:
            self.sent += number
        elif status in NEEDS_SOMEBODY:
            self.given_up += number
        elif status in NOT_SENT:
            self.not_sent += number
        else:
            self.waiting += number


def by_kind(since: datetime) -> list[KindFigures]:
    """Return each kind's figures: what is open now, and what ended since then."""
    figures = {code: KindFigures(kind.name) for code, kind in registry.kinds.items()}
    ended = Reminder.objects.filter(ended_at__gte=since)
    for some in (Reminder.objects.open(), ended):
        for code, status, number, repeats in some.values_list("kind", "status").annotate(
            Count("pk"), Sum("repeats")
        ):
            one = figures.setdefault(code, KindFigures(code))  # of a kind that is no more
            one.count(Status(status), number)
            one.repeats += repeats
    return list(figures.values())


def reasons(since: datetime) -> list[tuple[StrOrPromise, int]]:
    """Return why reminders were given up, the most frequent reason first."""
    counted: dict[str, int] = defaultdict(int)
    given_up = Reminder.objects.given_up(since).values_list("reason").annotate(Count("pk"))
    for reason, number in given_up:
        counted[reason] += number
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(Reason(reason).label, number) for reason, number in ordered]


def oldest_wait(now: datetime) -> timedelta | None:
    """Return how long the oldest due row has waited: over three minutes, something stands still."""
    due = Reminder.objects.due().order_by("next_at").values_list("next_at", flat=True).first()
    return now - due if due else None
