"""From opening hours to occasions: rules of the clock on the wall become moments.

Nothing here reads the clock or the database; activities/services/hours.py does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from activities import recurring
from portal.reminders.times import CLOSED_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from activities.models import OpeningException, OpeningRule

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
CLOCKS_JUMP = time(1, tzinfo=UTC)  # in the whole of the European Union

type Spans = dict[datetime, datetime]  # when it starts: when it ends


def spans(
    rules: Iterable[OpeningRule],
    exceptions: Iterable[OpeningException],
    *,
    first: date,
    last: date,
) -> Spans:
    """Return when it is open on the days from `first` to `last`, both counted.

    An exception wins over every rule of its day. Rules that give the same start make one occasion,
    the longer. A night that summer time has swallowed whole gives none.
    """
    found: Spans = {}
    unlike = {one.on: one for one in exceptions if first <= one.on <= last}
    for rule in rules:
        for day in days(rule, first=first, last=last):
            if day not in unlike:
                _add(found, day, rule.opens, rule.closes)
    for day, other in unlike.items():
        if other.opens is not None and other.closes is not None:
            _add(found, day, other.opens, other.closes)
    return dict(sorted(found.items()))


def days(rule: OpeningRule, *, first: date, last: date) -> Iterator[date]:
    """Return the days when a rule opens."""
    for day in recurring.days(rule.recurrence, rule.valid_from, first=first, last=last):
        if rule.on_public_holidays or day not in CLOSED_DAYS:
            yield day


def clash(
    one: OpeningRule, others: Iterable[OpeningRule], *, first: date, last: date
) -> tuple[OpeningRule, date] | None:
    """Return the first rule that is open while this one is, and on which day."""
    mine = spans([one], [], first=first, last=last)
    for other in others:
        both = [(*span, False) for span in mine.items()]
        theirs = spans([other], [], first=first - DAY, last=last + DAY)
        both += [(*span, True) for span in theirs.items()]
        until = dict.fromkeys((False, True), datetime.min.replace(tzinfo=UTC))
        for start, end, is_other in sorted(both):
            if start < until[not is_other]:
                return other, start.astimezone(STOCKHOLM).date()
            until[is_other] = end
    return None


def instant(day: date, clock: time) -> datetime:
    """Return the moment of a time on the wall.

    Of a time that autumn shows twice it is the first; a time that spring skips is the moment when
    the clocks jump. So what is later on the wall is never earlier in fact.
    """
    wall = datetime.combine(day, clock)
    moment = wall.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    if moment.astimezone(STOCKHOLM).replace(tzinfo=None) != wall:
        return datetime.combine(day, CLOCKS_JUMP)
    return moment


def night(day: date, opens: time, closes: time) -> date:
    """Return the day on which it closes: what closes no later than it opens goes past midnight."""
    return day if closes > opens else day + DAY


def midnight(day: date) -> datetime:
    """Return the moment when a day begins."""
    return instant(day, time())


def _add(found: Spans, day: date, opens: time, closes: time) -> None:
    start = instant(day, opens)
    end = instant(night(day, opens, closes), closes)
    if end > start:
        found[start] = max(end, found.get(start, end))
