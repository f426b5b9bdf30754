"""*När är det öppet i stan?*: for everybody who plans what is missing, and for whoever wonders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.coverage import Coverage, coverage, not_found, often_full
from activities.directory import Door
from activities.levels import ladder
from activities.models import Contract, EntryKind, Level, Threshold, Topic, Weekday
from portal.charts import Words, grid, hbar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from activities.levels import Ladder
    from portal.http import PortalRequest

KEPT = 300  # seconds; what is open in the coming weeks does not change faster than that
CONTRACTS = {
    "schema": (Contract.SCHEDULE, gettext_lazy("Own timetable")),
    "dag-for-dag": (Contract.DAY_BY_DAY, gettext_lazy("Day by day")),
    "medlem": (Contract.MEMBER, gettext_lazy("Members")),
}
DOORS: dict[str, Threshold | Door] = {
    "oppen": Door.OPEN,
    "nykter": Threshold.SOBER,
    "vuxen": Threshold.ADULT,
    "beslut": Threshold.DECISION,
}


@login_not_required
@require_safe
def open_in_town(request: PortalRequest) -> HttpResponse:
    now = timezone.now()
    by = request.GET.get("sa-har", "")
    by = by if by in CONTRACTS else ""
    door = request.GET.get("dorr", "")
    door = door if door in DOORS else ""
    key = f"coverage/{by}/{door}/{get_language()}"
    found = caches["pages"].get(key)
    if found is None:
        contract = CONTRACTS[by][0] if by else None
        week = coverage(now, contract=contract, door=DOORS.get(door))
        found = (week, often_full(now), not_found(now), ladder(timezone.localdate(now)))
        caches["pages"].set(key, found, KEPT)
    week, full, missing, ways = found
    context = {
        "picture": picture(week),
        "conclusion": conclusion(week),
        "full": full,
        "missing": missing and looked_for(missing),
        "choices": choices(by, door),
        "ending": ending(ways),
        "levels": levels(ways),
        "onwards": onwards(ways),
        "lead_nowhere": [(Level(one["level"]).label, one) for one in ways.named],
    }
    return render(request, "activities/open_in_town.html", context)


def picture(week: Coverage) -> SafeString:
    """Draw hours downwards, weekdays across: seven figures fit on a phone, and not sixteen."""
    rows = [(str(hour), [day[place] for day in week.week]) for place, hour in enumerate(week.hours)]
    days = [str(day.label).capitalize() for day in Weekday]
    words = Words("open", _("How many places are open, hour by hour"), conclusion(week))
    return grid(rows, [(day[:2], day) for day in days], words)


def looked_for(missing: Sequence[tuple[Topic, int | None]]) -> SafeString:
    """Draw what people did not find, the most looked for first."""
    rows = [(topic.label, number) for topic, number in missing]
    most = _("Most looked for: %(topic)s.") % {"topic": rows[0][0]}
    return hbar(rows, Words("missing", _("What people looked for and did not find"), most))


def conclusion(week: Coverage) -> str:
    """Say what matters most: the evenings when there is nowhere to go."""
    dark = [str(day.label) for day in week.dark_evenings]
    if not dark:
        return _("Something is open after 16 every day of the week.")
    if len(dark) == len(Weekday):
        return _("Nothing is open after 16 on any day of the week.")
    days = get_text_list(dark, _("and"))
    return _("Nothing is open after 16 on %(days)s.") % {"days": days}


def levels(ways: Ladder) -> SafeString:
    """Draw how much there is on each level of the way."""
    rows = [(f"{one.value}. {one.label}", ways.there.get(one, 0)) for one in Level]
    return hbar(
        rows, Words("levels", _("How many activities there are on each level"), ending(ways))
    )


def onwards(ways: Ladder) -> SafeString:
    """Draw from each level downwards, to each level across, what leads on, and what does not."""
    onto: list[Level | None] = [*Level, None]
    rows = [
        (
            str(below.value),
            [*(ways.leads.get((below, one), 0) for one in onto), ways.nowhere.get(below, 0)],
        )
        for below in Level
    ]
    across = [(str(one.value), f"{one.value}. {one.label}") for one in Level]
    last = [(str(EntryKind.SUPPORT.label), _("Somebody to turn to")), ("–", _("Nowhere"))]  # noqa: RUF001
    words = Words("onwards", _("From which level it leads on, and where"), ending(ways))
    return grid(rows, [*across, *last], words)


def ending(ways: Ladder) -> str:
    """Say what matters most: the levels that nobody gets on from."""
    ends = [f"{one.value}. {one.label}" for one in ways.dead_ends]
    if not ends:
        return _("From every level something leads to a higher one.")
    said = {"levels": get_text_list(ends, _("and"))}
    return _("Nothing leads to a higher level from: %(levels)s.") % said


def choices(by: str, door: str) -> list[list[Mapping[str, Any]]]:
    """Return the links that narrow the picture, by contract and by door: which ones are chosen."""

    def link(label: object, by: str, door: str, *, current: bool) -> Mapping[str, Any]:
        chosen = urlencode({name: word for name, word in (("sa-har", by), ("dorr", door)) if word})
        href = f"{reverse('activities:open_in_town')}{f'?{chosen}' if chosen else ''}"
        return {"label": label, "href": href, "current": current}

    ways = {"": _("All"), **{word: label for word, (_contract, label) in CONTRACTS.items()}}
    doors = {"": _("Any door"), **{word: one.label for word, one in DOORS.items()}}
    return [
        [link(label, word, door, current=word == by) for word, label in ways.items()],
        [link(label, by, word, current=word == door) for word, label in doors.items()],
    ]
