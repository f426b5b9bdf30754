"""Local wall times, and the hours when nobody is disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
QUIET_FROM = time(20)
QUIET_UNTIL = time(8)
QUIET_UNTIL_ON_FREE_DAYS = time(10)
DAY = timedelta(days=1)
SATURDAY = 5
IN_TIME = timedelta(minutes=5)  # how long before the quiet a message leaves that cannot wait
RED_DAYS = holidays.country_holidays("SE")  # counted out a year at a time, when first asked
# And the eves on which Sweden is closed all the same: Midsummer's, Christmas and New Year's.
CLOSED_DAYS = holidays.country_holidays("SE", categories=("public", "de_facto"))


def instant(day: date, clock: time) -> datetime:
    """Return the moment of a local wall time.

    A time that summer time skips moves forward, one that it repeats means the first of the two.
    """
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)


def day_before(day: date, clock: time = time(16)) -> datetime:
    """Return the moment of a wall time on the day before: at 16.00, unless another is given."""
    return instant(day - DAY, clock)


def midnight(day: date) -> datetime:
    """Return the moment a day begins: from then on, no message says *tomorrow* about it."""
    return instant(day, time(0))


def local(moment: datetime) -> datetime:
    """Return a moment as the clock on the wall shows it."""
    return moment.astimezone(STOCKHOLM)


def clock(moment: datetime) -> str:
    """Return the time of day as we write it: 13 for the whole hour, else 13.30."""
    there = local(moment)
    return f"{there:%-H.%M}" if there.minute else f"{there:%-H}"


def is_free(day: date) -> bool:
    """Answer whether most people may sleep longer: a weekend or a public holiday."""
    return day.weekday() >= SATURDAY or day in RED_DAYS


def is_working(day: date) -> bool:
    """Answer whether most people work: on the eves they do not, though the day is not red."""
    return day.weekday() < SATURDAY and day not in CLOSED_DAYS


def working_day_after(day: date, number: int) -> date:
    """Return the day that many working days later; a red day is none, nor is an eve."""
    while number:
        day += DAY
        number -= is_working(day)
    return day


def working_day_from(day: date) -> date:
    """Return the day itself, or the nearest later one when most people work."""
    return working_day_after(day - DAY, 1)


def working_day_until(day: date) -> date:
    """Return the day itself, or the nearest earlier one when most people work."""
    while not is_working(day):
        day -= DAY
    return day


@dataclass(frozen=True, slots=True)
class Rest:
    """When somebody is left in peace: our rule for everybody, or wider by their own choice."""

    begins: time = QUIET_FROM
    ends: time = QUIET_UNTIL

    def end_on(self, morning: date) -> time:
        """Return until when the quiet of a morning lasts: never shorter on a free day."""
        return max(self.ends, QUIET_UNTIL_ON_FREE_DAYS) if is_free(morning) else self.ends


OUR_REST = Rest()


def quiet_around(moment: datetime, rest: Rest = OUR_REST) -> tuple[datetime, datetime] | None:
    """Return when the quiet around a moment begins and ends, or None by day."""
    there = local(moment)
    evening = there.date() if there.time() >= rest.begins else there.date() - DAY
    morning = evening + DAY
    begins, ends = instant(evening, rest.begins), instant(morning, rest.end_on(morning))
    return (begins, ends) if begins <= moment < ends else None


def not_in_the_quiet(moment: datetime, not_after: datetime, rest: Rest = OUR_REST) -> datetime:
    """Return when to send what is due at a moment: after the quiet, or before it if need be."""
    quiet = quiet_around(moment, rest)
    if quiet is None:
        return moment
    begins, ends = quiet
    return ends if ends < not_after else begins - IN_TIME
