"""The way through town: what there is on each level, and what leads on from there to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q

from activities.models import Activity, Level, NextStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

MOST = 50  # that are named
STEPS = [one for one in Level if one != Level.JOB]  # a job need not lead anywhere


@dataclass(frozen=True, slots=True)
class Ladder:
    """How many activities there are on a level, and how many of them lead on to what."""

    there: Mapping[Level, int]
    leads: Mapping[tuple[Level, Level | None], int]  # None: to somebody to turn to
    nowhere: Mapping[Level, int]
    named: Sequence[Mapping[str, Any]]  # of those that lead nowhere, the lowest level first

    @property
    def dead_ends(self) -> list[Level]:
        """The levels on which there is something, and nothing that leads to a higher level."""
        return [
            one
            for one in STEPS
            if self.there.get(one)
            and not any(self.leads.get((one, higher)) for higher in Level if higher > one)
        ]


def ladder(today: date) -> Ladder:
    """Count what is running; five questions, however much there is."""
    running = Activity.objects.running(today).with_hours()
    step = NextStep.objects.filter(activity__in=running)
    onto = step.filter(to_activity__in=running)
    open_support = Q(to_support__ended_on=None) | Q(to_support__ended_on__gte=today)
    to_support = step.filter(open_support, to_support__isnull=False)
    number = Count("activity", distinct=True)
    leads: dict[tuple[Level, Level | None], int] = {
        (Level(below), Level(above)): count
        for below, above, count in onto.values_list("activity__level", "to_activity__level")
        .annotate(number=number)
        .order_by()
    }
    leads |= {
        (Level(below), None): count
        for below, count in to_support.values_list("activity__level")
        .annotate(number=number)
        .order_by()
    }
    own = {"activity": OuterRef("pk")}
    nowhere = running.filter(level__in=STEPS).exclude(
        Exists(onto.filter(**own)) | Exists(to_support.filter(**own))
    )
    named = nowhere.order_by("level", "name", "pk").values("name", "slug", "level")[:MOST]
    return Ladder(by_level(running), leads, by_level(nowhere), [dict(one) for one in named])


def by_level(some: Any) -> dict[Level, int]:
    counted = some.values_list("level").annotate(number=Count("pk")).order_by()
    return {Level(level): number for level, number in counted}
