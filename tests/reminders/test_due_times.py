"""Wall times over every change of the clock until 2035: stated, once, and never in the quiet."""

import dataclasses
import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import User
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due
from portal.reminders.models import Reminder
from portal.reminders.sending import dispatcher
from tests.factories import UserFactory
from tests.reminders import probe
from tests.reminders.test_times import CHANGES
from tests.size import examples

SWEDEN = ZoneInfo("Europe/Stockholm")
RED = holidays.country_holidays("SE")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEAR = st.sampled_from(CHANGES).flatmap(
    lambda change: st.integers(-4, 4).map(lambda days: change + days * DAY)
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
COMING = [one for one in CHANGES if one > timezone.localdate() + 3 * DAY]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (st.datetimes wants naive bounds)


def is_quiet(moment):
    """The rule as it is said: from 20 to 8, and until 10 when most people are free."""
    wall = moment.astimezone(SWEDEN)
    is_free = wall.weekday() >= 5 or wall.date() in RED
    return wall.hour >= 20 or wall.hour < (10 if is_free else 8)


@examples(20)
@given(NEAR, CLOCKS)
def test_a_wall_time_is_that_time_or_the_hour_after_the_gap_or_the_first_of_two(day, clock):
    moment = times.instant(day, clock)
    wall = moment.astimezone(SWEDEN)
    is_skipped = day in CHANGES and day.month == 3 and clock.hour == 2
    assert wall.replace(tzinfo=None) - datetime.combine(day, clock) == is_skipped * HOUR
    assert wall.fold == 0


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_rule_names_one_moment_of_its_own_for_each_day_around_a_change(change):
    days = [change + number * DAY for number in range(-5, 6)]
    for back, clock in ((1, time(16)), (3, time(16)), (0, time(8)), (0, time(2, 30))):
        moments = [times.instant(day - back * DAY, clock) for day in days]
        steps = {after - before for before, after in itertools.pairwise(moments)}
        assert steps <= {23 * HOUR, DAY, 25 * HOUR}
        walls = {moment.astimezone(SWEDEN).time() for moment in moments}
        assert walls <= {clock, time(3, 30)} if clock == time(2, 30) else walls == {clock}


@examples(20)
@given(MOMENTS | st.builds(times.instant, NEAR, CLOCKS))
def test_the_quiet_is_what_is_said_of_it(moment):
    assert (times.quiet_around(moment) is not None) == is_quiet(moment)


@examples(20)
@given(MOMENTS | st.builds(times.instant, NEAR, CLOCKS), st.integers(1, 60 * 72))
def test_what_leaves_leaves_outside_the_quiet_and_in_time(moment, minutes):
    not_after = moment + timedelta(minutes=minutes)
    leaves = times.not_in_the_quiet(moment, not_after)
    assert not is_quiet(leaves)
    assert leaves < not_after


@pytest.fixture
def resting(db):
    """The probe, for those who rest at night, and for as long as a day."""

    def due(ids):
        return {
            one.pk: Due(one.created_at, one.created_at + DAY)
            for one in User.objects.filter(pk__in=ids)
        }

    kind = dataclasses.replace(probe.PROBE, code="resting", rests=True, due=due)
    kinds.register(kind)
    yield kind
    del kinds.registry.kinds["resting"]


@settings(
    examples(3, 60), suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(change=st.sampled_from(COMING), wall=CLOCKS)
def test_over_a_night_that_changes_the_clock_each_one_leaves_once_and_by_day(
    resting, clock, change, wall
):
    due_at = times.instant(change - DAY, wall)
    user = UserFactory(created_at=due_at)
    mail.outbox.clear()
    left = []
    for hours in range(-2, 27):
        now = due_at + hours * HOUR
        clock(now)
        if hours % 6 == 0:
            planning.plan(resting, [user.pk])  # as the sweep does, again and again
        dispatcher.run()
        left += [now] * (len(mail.outbox) - len(left))
    assert Reminder.objects.filter(subject_id=user.pk).count() == 1
    [moment] = left
    assert not is_quiet(moment)
    assert due_at <= moment < due_at + DAY
