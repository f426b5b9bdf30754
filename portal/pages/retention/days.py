"""When something may go, by the calendar alone (domain.md section 3, *Retention*)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

DECEMBER, LAST = 12, 31


@dataclass(frozen=True, slots=True)
class Window:
    """From which day something may go, and by which day it has to be gone."""

    opens_on: date
    closes_on: date


def window(trigger: date, years: int) -> Window:
    """Return the days for what was last touched on a day.

    The years are whole: what was written on a day goes on the next day at the earliest, so that a
    leap day never makes it early. It has to be gone by the end of the calendar year after that.
    """
    opens = trigger + relativedelta(years=years, days=1)
    return Window(opens, opens.replace(year=opens.year + 1, month=DECEMBER, day=LAST))


def is_for_the_archive(born_on: date | None, days: Collection[int]) -> bool | None:
    """Answer whether research keeps it: born on one of the days. None where nobody can know."""
    if not days:
        return False
    return None if born_on is None else born_on.day in days
