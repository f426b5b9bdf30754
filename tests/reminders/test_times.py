"""Wall times survive summer time, and nobody is disturbed at night."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.reminders import times

DAYS = st.dates(date(2025, 1, 1), date(2035, 12, 31))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (st.datetimes wants naive bounds)
FOUR = time(16)


def last_sunday(year, month):
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


CHANGES = [last_sunday(year, month) for year in range(2025, 2036) for month in (3, 10)]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_four_o_clock_the_day_before_is_four_on_the_wall(change):
    for day in (change, change + timedelta(days=1)):
        wall = times.local(times.day_before(day))
        assert (wall.date(), wall.time()) == (day - timedelta(days=1), FOUR)


@given(DAYS)
def test_each_day_has_one_reminder_hour_of_its_own(day):
    wall = times.local(times.day_before(day))
    assert (wall.date(), wall.time()) == (day - timedelta(days=1), FOUR)
    assert timedelta(hours=23) <= times.day_before(day + timedelta(1)) - times.day_before(day)


def test_a_time_that_summer_time_skips_moves_forward():
    skipped = times.instant(date(2027, 3, 28), time(2, 30))
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert times.clock(skipped) == "3.30"


def test_a_time_that_winter_time_repeats_means_the_first():
    assert times.instant(date(2027, 10, 31), time(2, 30)) == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("2026-11-23T07:59", "2026-11-23T08:00"),  # a Monday
        ("2026-11-23T20:00", "2026-11-24T08:00"),
        ("2026-11-27T23:30", "2026-11-28T10:00"),  # the night to a Saturday
        ("2026-11-29T09:59", "2026-11-29T10:00"),  # a Sunday
        ("2026-12-24T21:00", "2026-12-25T10:00"),  # the night to Christmas Day, a Friday
        ("2027-05-06T09:00", "2027-05-06T10:00"),  # Ascension Day, a Thursday
        ("2027-03-27T22:00", "2027-03-28T10:00"),  # summer time begins in the night
    ],
)
def test_the_night_ends_at_eight_and_at_ten_on_free_days(when, until):
    moment = datetime.fromisoformat(when).replace(tzinfo=times.STOCKHOLM)
    _begins, ends = times.quiet_around(moment)
    assert times.local(ends).isoformat()[:16] == until


@pytest.mark.parametrize("when", ["2026-11-23T08:00", "2026-11-23T19:59", "2026-11-28T10:00"])
def test_by_day_nothing_waits(when):
    moment = datetime.fromisoformat(when).replace(tzinfo=times.STOCKHOLM)
    assert times.quiet_around(moment) is None


@given(MOMENTS, st.integers(1, 60 * 72))
@example(datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 60)
@example(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), 60 * 12)
def test_nothing_leaves_at_night_unless_morning_is_too_late(moment, minutes):
    not_after = moment + timedelta(minutes=minutes)
    leaves = times.not_in_the_quiet(moment, not_after)
    quiet = times.quiet_around(moment)
    if quiet is None:
        assert leaves == moment
    else:
        assert times.quiet_around(leaves) is None
        assert leaves == quiet[1] < not_after or leaves < quiet[0] <= moment


@given(MOMENTS)
def test_a_night_lasts_eleven_to_fifteen_hours(moment):
    if quiet := times.quiet_around(moment):
        assert timedelta(hours=11) <= quiet[1] - quiet[0] <= timedelta(hours=15)


@pytest.mark.parametrize(
    ("day", "later", "earlier"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),  # a Monday
        (date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 20)),
        (date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 23)),  # an eve is none
        (date(2026, 12, 31), date(2027, 1, 4), date(2026, 12, 30)),
    ],
)
def test_a_day_off_is_moved_to_the_nearest_working_day(day, later, earlier):
    assert (times.working_day_from(day), times.working_day_until(day)) == (later, earlier)
