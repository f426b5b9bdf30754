"""The figures as pictures that say what they show."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import charts
from portal.charts import Limit, Words
from portal.pages.overview.models import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.utils.safestring import SafeString

    from portal.pages.overview.figures import Caseloads, Guide, OpenDay, Shown

SHADES = 3


def persons_per_guide(caseloads: Caseloads) -> SafeString:
    """Draw the most crowded guides; with one line when the same limit holds for all of them."""
    limits = {one.limit for one in caseloads.rows}
    same = limits.pop() if len(limits) == 1 else None
    rows = [(named(one), one.persons) for one in caseloads.rows]
    limit = Limit(same, _("at most %(limit)d") % {"limit": same}) if same else None
    words = Words("persons-per-guide", _("Persons per guide"), crowded(caseloads))
    own = [] if limit else [one.limit for one in caseloads.rows]
    return charts.hbar(rows, words, limit, own)


def named(guide: Guide) -> str:
    """Return the name of a guide, with what a reader of the bar must know."""
    return _("%(name)s, has left") % {"name": guide.name} if guide.has_left else guide.name


def crowded(caseloads: Caseloads) -> str:
    """Say what the picture shows."""
    if not caseloads.crowded:
        return _("Nobody has more people than the limit.")
    first = caseloads.rows[0]
    worst = _("%(name)s has %(persons)d people, more than %(limit)d.") % {
        "name": first.name,
        "persons": first.persons,
        "limit": first.limit,
    }
    of_all = ngettext(
        "%(crowded)d of %(guides)d guides is above the limit.",
        "%(crowded)d of %(guides)d guides are above the limit.",
        caseloads.crowded,
    ) % {"crowded": caseloads.crowded, "guides": caseloads.guides}
    return f"{worst} {of_all}"


def places(found: Mapping[Measure, Shown]) -> SafeString:
    """Draw how many are in each kind of place today."""
    kinds = [measure for measure in Measure if measure != Measure.WORK]
    rows = [
        (
            _("%(kind)s, at least") % {"kind": kind.label} if found[kind].at_least else kind.label,
            found[kind].value,
        )
        for kind in kinds
    ]
    most = max(kinds, key=lambda kind: found[kind].value or 0)
    conclusion = _("Most are here: %(kind)s.") % {"kind": str(most.label).lower()}
    nobody = _("Each kind of place has fewer than five people.")
    words = Words(
        "places", _("Persons at a place today"), conclusion if found[most].value else nobody
    )
    return charts.hbar(rows, words)


@dataclass(frozen=True)
class Cell:
    """One cell of the week: hours, and a shade that is darker the more there are."""

    hours: float
    shade: int


def week(days: Sequence[OpenDay]) -> list[tuple[date, Cell, Cell]]:
    """Return each day with its cells, before and after four."""
    most = max([*(day.before for day in days), *(day.after for day in days), 1])

    def cell(hours: float) -> Cell:
        return Cell(hours, ceil(SHADES * hours / most))

    return [(day.day, cell(day.before), cell(day.after)) for day in days]
