"""Opening hours become sessions: every day, once, also on the nights when clocks jump."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import recurring
from activities.laying_out import STOCKHOLM, instant, spans
from activities.models import OpeningException, OpeningRule
from activities.recurring import Recurrence
from portal.reminders.times import CLOSED_DAYS
from tests.size import examples

SPRING = date(2026, 3, 29)  # 02.00 becomes 03.00
AUTUMN = date(2026, 10, 25)  # 03.00 becomes 02.00
EVERY_DAY = list(range(7))


def rule(opens, closes, weekdays=EVERY_DAY, **fields):
    fields.setdefault("valid_from", date(2020, 1, 1))
    fields.setdefault("on_public_holidays", True)
    fields.setdefault("recurrence", str(Recurrence(weekdays=tuple(weekdays))))
    return OpeningRule(opens=time(*opens), closes=time(*closes), **fields)


def on(day, *rules, exceptions=()):
    """Return what is open on one day, as clocks on the wall."""
    found = spans(rules, exceptions, first=day, last=day)
    return [(wall(start), wall(end)) for start, end in found.items()]


def wall(moment):
    return f"{moment.astimezone(STOCKHOLM):%d %H.%M}"


def test_kampen_opens_each_weekday_and_not_on_saturday():
    weekdays = rule((10, 0), (16, 0), [0, 1, 2, 3, 4])
    assert on(date(2026, 11, 27), weekdays) == [("27 10.00", "27 16.00")]
    assert on(date(2026, 11, 28), weekdays) == []


def test_a_night_cafe_closes_the_next_day():
    assert on(date(2026, 11, 27), rule((20, 0), (2, 0))) == [("27 20.00", "28 02.00")]


def test_a_house_that_closes_at_midnight_is_open_all_evening():
    assert on(date(2026, 11, 27), rule((18, 0), (0, 0))) == [("27 18.00", "28 00.00")]


def test_nobody_comes_to_a_closed_door_on_midsummer_eve():
    closed_on_red_days = rule((10, 0), (16, 0), on_public_holidays=False)
    assert on(date(2026, 6, 19), closed_on_red_days) == []
    assert on(date(2026, 6, 19), rule((10, 0), (16, 0))) == [("19 10.00", "19 16.00")]


def test_an_exception_wins_over_the_rule_and_over_the_holiday():
    christmas = date(2026, 12, 24)
    breakfast = OpeningException(on=christmas, opens=time(8), closes=time(11))
    weekly = rule((10, 0), (16, 0), on_public_holidays=False)
    assert on(christmas, weekly, exceptions=[breakfast]) == [("24 08.00", "24 11.00")]


def test_a_closed_day_is_closed_however_many_rules_there_are():
    closed = OpeningException(on=date(2026, 11, 27))
    rules = rule((10, 0), (12, 0)), rule((13, 0), (16, 0))
    assert on(date(2026, 11, 27), *rules, exceptions=[closed]) == []


def test_two_rules_with_the_same_start_make_one_session():
    found = on(date(2026, 11, 27), rule((10, 0), (12, 0)), rule((10, 0), (16, 0)))
    assert found == [("27 10.00", "27 16.00")]


def test_a_rule_holds_from_its_first_day_to_its_last():
    until_thursday = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;UNTIL=20261126"
    week = rule((10, 0), (16, 0), recurrence=until_thursday, valid_from=date(2026, 11, 24))
    found = spans([week], [], first=date(2026, 11, 20), last=date(2026, 11, 30))
    assert [start.astimezone(STOCKHOLM).day for start in found] == [24, 25, 26]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(SPRING - timedelta(days=1), 5), (AUTUMN - timedelta(days=1), 7), (SPRING, 6), (AUTUMN, 6)],
)
def test_the_night_cafe_is_open_an_hour_less_in_spring_and_an_hour_more_in_autumn(day, hours):
    ((start, end),) = spans([rule((22, 0), (4, 0))], [], first=day, last=day).items()
    assert end - start == timedelta(hours=hours)


def test_the_clock_on_the_wall_says_the_same_in_summer_and_in_winter():
    found = spans([rule((10, 0), (16, 0))], [], first=SPRING, last=AUTUMN)
    assert {wall(start)[3:] for start in found} == {"10.00"}
    assert {start.hour for start in found} == {8, 9}


def test_hours_that_summer_time_swallows_whole_are_no_session():
    assert on(SPRING, rule((2, 0), (2, 45))) == []
    assert on(SPRING, rule((2, 30), (3, 15))) == [("29 03.00", "29 03.15")]


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
often = st.one_of(
    st.builds(
        Recurrence,
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
        every=st.integers(1, 4),
    ),
    st.builds(
        Recurrence,
        often=st.just("MONTHLY"),
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
        nth=st.sampled_from([1, 2, 3, 4, -1]),
    ),
    st.builds(Recurrence, often=st.just("MONTHLY"), monthday=st.integers(1, 28)),
    st.builds(Recurrence, often=st.just("DAILY"), every=st.integers(2, 12)),
)


@st.composite
def drawn_rules(draw):
    """Rules of every kind, some with a last day, some with a number of times, some without end."""
    first, ends = draw(days), draw(st.sampled_from(["never", "on a day", "after some"]))
    how = draw(often)
    if ends == "on a day":
        how = replace(how, until=first + timedelta(days=draw(st.integers(0, 5 * 365))))
    elif ends == "after some":
        how = replace(how, times=draw(st.integers(1, 60)))
    opens, closes = draw(st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]))
    return OpeningRule(
        recurrence=str(how),
        opens=opens,
        closes=closes,
        valid_from=first,
        on_public_holidays=draw(st.booleans()),
    )


rules = drawn_rules()


def days_counted_by_hand(rule, last):
    """Walk the calendar day by day, without dateutil."""
    how, day, found = recurring.read(rule.recurrence, rule.valid_from), rule.valid_from, 0
    monday = day - timedelta(days=day.weekday())
    while day <= min(last, how.until or last) and (how.times is None or found < how.times):
        in_month = (day.day - 1) // 7 + 1
        is_last = (day + timedelta(days=7)).month != day.month
        if how.often == "DAILY":
            hit = (day - rule.valid_from).days % how.every == 0
        elif how.monthday:
            hit = day.day == how.monthday
        elif how.nth:
            hit = day.weekday() in how.weekdays and (
                is_last if how.nth < 0 else in_month == how.nth
            )
        else:
            weeks = (day - monday).days // 7
            hit = day.weekday() in how.weekdays and weeks % how.every == 0
        if hit:
            found += 1
            if rule.on_public_holidays or day not in CLOSED_DAYS:
                yield day
        day += timedelta(days=1)


@examples(50)
@given(rules=st.lists(rules, max_size=4), first=days, length=st.integers(0, 120))
def test_no_session_is_lost_and_none_is_doubled(rules, first, length):
    last = first + timedelta(days=length)
    found = spans(rules, [], first=first, last=last)
    expected = {}
    for one in rules:
        for day in days_counted_by_hand(one, last):
            start = instant(day, one.opens)
            end = instant(day + timedelta(days=one.closes < one.opens), one.closes)
            if day >= first and end > start:
                expected[start] = max(end, expected.get(start, end))
    assert found == expected
    assert all(timedelta() < end - start <= timedelta(hours=25) for start, end in found.items())


@examples(30)
@given(first=days, length=st.integers(0, 60), cut=st.integers(0, 60), one=rules)
def test_laying_out_in_two_parts_gives_the_same_as_in_one(first, length, cut, one):
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length))
    parts = spans([one], [], first=first, last=middle) | spans(
        [one], [], first=middle + timedelta(days=1), last=last
    )
    assert parts == spans([one], [], first=first, last=last)


@examples(50)
@given(day=days, earlier=clocks, later=clocks)
def test_what_is_later_on_the_wall_is_never_earlier_in_fact(day, earlier, later):
    first, second = sorted([earlier, later])
    assert instant(day, first) <= instant(day, second)
    assert datetime.combine(day, time(), UTC) - instant(day, time()) in (
        timedelta(hours=1),
        timedelta(hours=2),
    )
