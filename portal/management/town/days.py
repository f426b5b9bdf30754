"""Days counted from today: -1 is yesterday. Midnights are worked out once, not for every row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from activities.laying_out import DAY, midnight

if TYPE_CHECKING:
    from datetime import date, datetime

SATURDAY = 5


class Days:
    """The days from `first` (a negative number) to `last`."""

    def __init__(self, today: date, *, first: int, last: int) -> None:
        self.today = today
        self.first = first
        self._midnights = [midnight(today + n * DAY) for n in range(first, last + 1)]

    def on(self, day: int) -> date:
        """Return the date of a day."""
        return self.today + day * DAY

    def at(self, day: int, minutes: int) -> datetime:
        """Return a moment of a day, in minutes after its midnight."""
        return self._midnights[day - self.first] + timedelta(minutes=minutes)

    def working(self, day: int) -> int:
        """Return the day, or the Friday before when it is a weekend."""
        late = (self.today.weekday() + day) % 7 - SATURDAY + 1
        return day - max(late, 0)
