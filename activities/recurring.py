"""How often hours come back: a line of RFC 5545, of which we take what a person can say in words.

Nothing here reads the clock or the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import get_text_list
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "UNTIL", "COUNT", "WKST"}
MOST_TIMES, FARTHEST, LONGEST_STEP = 500, 5, 12  # times; years; weeks, months or days between
IN_EVERY_MONTH = 28
LEAP_DAY = (2, 29)
OTHER = 2
WEEK = timedelta(weeks=1)


class NotUnderstood(ValueError):
    """A rule that we do not keep; says why in a sentence that a person may read."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often, on which days, and until when. Its text is what is kept."""

    often: str = WEEKLY
    weekdays: tuple[int, ...] = ()
    nth: int = 0  # which of the month: 1 to 4, or -1 for the last
    monthday: int = 0
    every: int = 1
    until: date | None = None
    times: int | None = None

    def __str__(self) -> str:
        days = (f"{self.nth or ''}{CODES[day]}" for day in sorted(self.weekdays))
        parts = {
            "FREQ": self.often,
            "INTERVAL": self.every if self.every > 1 else "",
            "BYDAY": ",".join(days),
            "BYMONTHDAY": self.monthday or "",
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
            "COUNT": self.times or "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def words(self, first: date) -> str:
        """Say it as one says it: "varannan tisdag, till 31 maj 2027"."""
        said = self._days(first)
        if self.until:
            there = {"day": self.until.day, "month": MONTHS[self.until.month]}
            last = _("%(day)d %(month)s %(year)d") % (there | {"year": self.until.year})
            said = _("%(days)s, until %(last)s") % {"days": said, "last": last}
        if self.times:
            number = ngettext("%(count)d time", "%(count)d times", self.times)
            said = f"{said}, {number % {'count': self.times}}"
        return said

    def _days(self, first: date) -> str:
        if self.often == YEARLY:
            return _("Every year on %(day)d %(month)s") % {
                "day": first.day,
                "month": MONTHS[first.month],
            }
        if self.monthday:
            said = {"day": self.monthday, "every": self.every}
            if self.every == 1:
                return _("On day %(day)d of every month") % said
            return _("On day %(day)d, every %(every)d months") % said
        if self.often == DAILY:
            many = _("Every %(every)d days") % {"every": self.every}
            return _("Every other day") if self.every == OTHER else many
        return self._weekdays()

    def _weekdays(self) -> str:
        names = get_text_list([str(WEEKDAYS[day]) for day in self.weekdays], _("and"))
        if self.nth:
            return _nth(self.nth) % {"day": names.capitalize()}
        if self.every == 1:
            plain = {WORKDAYS: _("Monday to Friday"), EVERY_DAY: _("Every day")}
            return plain.get(self.weekdays) or names.capitalize()
        return _weeks(self.every) % {"days": names.capitalize(), "every": self.every}


def _weeks(every: int) -> str:
    return {
        2: _("%(days)s, every other week"),
        3: _("%(days)s, every third week"),
        4: _("%(days)s, every fourth week"),
    }.get(every, _("%(days)s, every %(every)d weeks"))


def _nth(nth: int) -> str:
    return {
        1: _("%(day)s, the first of the month"),
        2: _("%(day)s, the second of the month"),
        3: _("%(day)s, the third of the month"),
        4: _("%(day)s, the fourth of the month"),
    }.get(nth, _("%(day)s, the last of the month"))


def read(text: str, first: date) -> Recurrence:
    """Return what a line of RFC 5545 says of hours that hold from a day; or say why not."""
    pairs = [one.partition("=") for one in text.upper().removeprefix("RRULE:").split(";")]
    parts = {name: value for name, _equals, value in pairs}
    often = parts.get("FREQ", "")
    if often in TOO_OFTEN:
        raise NotUnderstood(_("Hours come back once a day at most. Write one rule for each time."))
    strange = parts.keys() - KNOWN or {parts.get("WKST", "MO")} - {"MO"}
    if strange or len(parts) < len(pairs) or often not in (DAILY, WEEKLY, MONTHLY, YEARLY):
        raise NotUnderstood(_("Write how often, on which days and until when; we read no more."))
    whole = Recurrence(
        often=often,
        every=_number(parts.get("INTERVAL", "1"), most=LONGEST_STEP),
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        times=_number(parts["COUNT"], most=MOST_TIMES) if "COUNT" in parts else None,
    )
    return checked(
        {DAILY: _daily, WEEKLY: _weekly, MONTHLY: _monthly, YEARLY: _yearly}[often](
            whole, parts, first
        ),
        first,
    )


def checked(rule: Recurrence, first: date) -> Recurrence:
    """Return the rule, if it comes to an end that somebody may mean."""
    if rule.until and rule.times:
        raise NotUnderstood(_("Write a last day or how many times, not both."))
    if rule.until and rule.until < first:
        raise NotUnderstood(_("The last day must not come before the first."))
    if rule.until and rule.until > first + relativedelta(years=FARTHEST):
        raise NotUnderstood(_("Choose a last day within five years, or none at all."))
    if rule.times and rule.times > MOST_TIMES:
        raise NotUnderstood(_too_many(rule.times, MOST_TIMES))
    return rule


def _too_many(number: int, most: int) -> str:
    said = {"number": number, "most": most}
    return _("%(number)d is too many. Write %(most)d at most.") % said


def _number(written: str, *, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", written) or not int(written):
        raise NotUnderstood(_("Write a number in figures, such as 3."))
    if int(written) > most:
        raise NotUnderstood(_too_many(int(written), most))
    return int(written)


def _until(written: str) -> date:
    try:
        moment = datetime.strptime(written[:8], "%Y%m%d").date()  # noqa: DTZ007 (a day)
        if written.endswith("Z"):
            return localdate(datetime.fromisoformat(written))
    except ValueError:
        raise NotUnderstood(_("Write the day like this: 2026-12-01.")) from None
    return moment


def _weekdays(written: str) -> tuple[int, list[int]]:
    """Return which of the month (0: all), and the weekdays."""
    found = [re.fullmatch(r"(-1|[1-4])?(MO|TU|WE|TH|FR|SA|SU)", one) for one in written.split(",")]
    nths = {one[1] for one in found if one}
    if not all(found) or len(nths) != 1:
        raise NotUnderstood(_("Write how often, on which days and until when; we read no more."))
    return int(nths.pop() or 0), sorted({CODES.index(one[2]) for one in found if one})


def _only(parts: dict[str, str], *names: str) -> None:
    if {"BYDAY", "BYMONTHDAY", "BYMONTH"} & parts.keys() - set(names):
        raise NotUnderstood(_("Write how often, on which days and until when; we read no more."))


def _daily(rule: Recurrence, parts: dict[str, str], _first: date) -> Recurrence:
    _only(parts)
    return rule if rule.every > 1 else replace(rule, often=WEEKLY, weekdays=EVERY_DAY)


def _weekly(rule: Recurrence, parts: dict[str, str], first: date) -> Recurrence:
    _only(parts, "BYDAY")
    nth, days = _weekdays(parts.get("BYDAY", CODES[first.weekday()]))
    if nth:
        raise NotUnderstood(_("Write how often, on which days and until when; we read no more."))
    return replace(rule, weekdays=tuple(days))


def _monthly(rule: Recurrence, parts: dict[str, str], first: date) -> Recurrence:
    _only(parts, "BYDAY", "BYMONTHDAY")
    if "BYDAY" in parts and "BYMONTHDAY" not in parts:
        nth, days = _weekdays(parts["BYDAY"])
        if not nth or rule.every > 1:
            message = _("Write how often, on which days and until when; we read no more.")
            raise NotUnderstood(message)
        return replace(rule, nth=nth, weekdays=tuple(days))
    _only(parts, "BYMONTHDAY")
    day = _number(parts.get("BYMONTHDAY", str(first.day)), most=31)
    if day > IN_EVERY_MONTH:
        raise NotUnderstood(_("Choose a day that every month has: 28 at most."))
    return replace(rule, monthday=day)


def _yearly(rule: Recurrence, parts: dict[str, str], first: date) -> Recurrence:
    _only(parts, "BYMONTH", "BYMONTHDAY")
    month = _number(parts.get("BYMONTH", str(first.month)), most=12)
    day = _number(parts.get("BYMONTHDAY", str(first.day)), most=31)
    if (month, day) == LEAP_DAY:
        message = _("29 February does not come every year. Choose 28 February or 1 March.")
        raise NotUnderstood(message)
    if (month, day) != (first.month, first.day) or rule.every > 1:
        raise NotUnderstood(_("Let the first day be the day of the year that comes back."))
    return rule


def days(text: str, start: date, *, first: date, last: date) -> Iterator[date]:
    """Return the days of a rule that holds from `start`, from `first` to `last`, both counted."""
    if text.startswith(f"FREQ={WEEKLY}") and "COUNT=" not in text and first > start:
        step = WEEK * int(dict(re.findall(r"(INTERVAL)=(\d+)", text)).get("INTERVAL", 1))
        start += (first - start) // step * step  # the same weeks, without counting from long ago
    recurring = rrulestr(text, dtstart=datetime.combine(start, time()))
    for moment in recurring.xafter(datetime.combine(first, time()), inc=True):
        if moment.date() > last:
            return
        yield moment.date()
