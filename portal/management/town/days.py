"""Days counted from today, so that -1 is yesterday, and moments as PostgreSQL reads them.

Rows are many and dates are few: each is worked out once. Moments are local time, as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY

if TYPE_CHECKING:
    from datetime import date

HOUR = 60  # minutes
SATURDAY = 5


class Days:
    """The days from `first` (a negative number) to `last`."""

    def __init__(self, today: date, *, first: int, last: int) -> None:
        self.today = today
        self.first = first
        self._dates = [today + day * DAY for day in range(first, last + 1)]
        self._texts = [one.isoformat() for one in self._dates]

    def on(self, day: int) -> date:
        """Return the date of a day."""
        return self._dates[day - self.first]

    def at(self, day: int, minutes: int) -> str:
        """Return a moment of a day, in minutes after its midnight."""
        return f"{self._texts[day - self.first]} {minutes // HOUR:02}:{minutes % HOUR:02}"

    def working(self, day: int) -> int:
        """Return the day, or the Friday before when it is a weekend."""
        late = (self.today.weekday() + day) % 7 - SATURDAY + 1
        return day - max(late, 0)
