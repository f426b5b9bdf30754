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
from activities.models import Contract, Topic, Weekday
from portal.charts import Words, grid, hbar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from portal.http import PortalRequest

KEPT = 300  # seconds; what is open in the coming weeks does not change faster than that
CONTRACTS = {
    "schema": (Contract.SCHEDULE, gettext_lazy("Own timetable")),
    "dag-for-dag": (Contract.DAY_BY_DAY, gettext_lazy("Day by day")),
    "medlem": (Contract.MEMBER, gettext_lazy("Members")),
}


@login_not_required
@require_safe
def open_in_town(request: PortalRequest) -> HttpResponse:
    now = timezone.now()
    by = request.GET.get("sa-har", "")
    by = by if by in CONTRACTS else ""
    as_you_are = request.GET.get("dorr") == "oppen"
    key = f"coverage/{by}/{as_you_are}/{get_language()}"
    found = caches["pages"].get(key)
    if found is None:
        contract = CONTRACTS[by][0] if by else None
        week = coverage(now, contract=contract, as_you_are=as_you_are)
        found = (week, often_full(now), not_found(now))
        caches["pages"].set(key, found, KEPT)
    week, full, missing = found
    context = {
        "picture": picture(week),
        "conclusion": conclusion(week),
        "full": full,
        "missing": missing and looked_for(missing),
        "choices": choices(by, as_you_are=as_you_are),
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


def choices(by: str, *, as_you_are: bool) -> list[Mapping[str, Any]]:
    """Return the links that narrow the picture, each with whether it is chosen."""

    def link(by: str, *, as_you_are: bool) -> str:
        words = {"sa-har": by, "dorr": "oppen" if as_you_are else ""}
        chosen = urlencode({name: word for name, word in words.items() if word})
        return f"{reverse('activities:open_in_town')}{f'?{chosen}' if chosen else ''}"

    every = [{"label": _("All"), "href": link("", as_you_are=as_you_are), "current": not by}]
    ways = [
        {"label": label, "href": link(word, as_you_are=as_you_are), "current": by == word}
        for word, (_contract, label) in CONTRACTS.items()
    ]
    door = {
        "label": _("Come as you are"),
        "href": link(by, as_you_are=not as_you_are),
        "current": as_you_are,
    }
    return [*every, *ways, door]
