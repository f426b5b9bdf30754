"""Whatever rules become and hands have done: none lost, none doubled, and twice is once."""

from datetime import UTC, datetime, timedelta

from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from activities.laying_out import spans
from activities.models import Activity, CancelReason, OpeningException, Session
from activities.services.hours import planned
from tests.activities.test_laying_out import clocks, days, rules
from tests.size import examples

CAFE = Activity(name="Kaffe")
HOUR = timedelta(hours=1)
HANDS = ("nobody", "nobody", "nobody", "moved", "cancelled", "closed", "the hours", "by hand")


@st.composite
def unlike(draw, first, length):
    """Draw exceptions: each day has one at most, closed or with other hours."""
    drawn = draw(st.dictionaries(st.integers(0, length), st.none() | st.tuples(clocks, clocks)))
    return [
        OpeningException(
            on=first + timedelta(days=n),
            opens=hours and hours[0],
            closes=hours and hours[1],
        )
        for n, hours in drawn.items()
        if hours is None or hours[0] != hours[1]
    ]


def touch(session, hand, by):
    """Do to a session what a hand may have done to it."""
    at = session.starts_at - HOUR
    if hand == "moved":
        session.starts_at += by
        session.ends_at += by
        session.changed_at = at
    elif hand == "cancelled":
        session.cancelled_at, session.cancel_reason = at, CancelReason.WEATHER
        session.cancelled_by_id = 1
    elif hand == "closed":
        session.closed_at = at
    elif hand == "the hours":
        session.cancelled_at, session.cancel_reason = at, CancelReason.OTHER_HOURS
    elif hand == "by hand":
        session.laid_out_for = None


def is_of_a_hand(session):
    by_hand = session.laid_out_for is None or session.is_touched
    return by_hand and not session.is_off_by_the_hours


def laid_out(wanted, number=1):
    return [
        Session(pk=n, activity=CAFE, starts_at=start, ends_at=end, laid_out_for=start)
        for n, (start, end) in enumerate(wanted.items(), number)
    ]


def carried_out(there, plan):
    """Do in memory what the run of each hour does in the database."""
    for session, start, end in plan.moved:
        session.starts_at, session.ends_at, session.laid_out_for = start, end, start
    for session in plan.back:
        session.cancelled_at, session.cancel_reason = None, ""
    gone = {one.pk for one in plan.gone}
    return [one for one in there if one.pk not in gone] + laid_out(plan.new, 100_000)


@st.composite
def towns(draw):
    """Draw what was open, what hands did, what is open from now on, and when now is."""
    first, length = draw(days), draw(st.integers(0, 21))
    last = first + timedelta(days=length)
    before, after = (
        spans(
            draw(st.lists(rules, max_size=3)), draw(unlike(first, length)), first=first, last=last
        )
        for _ in range(2)
    )
    there = laid_out(before)
    for session in there:
        by = draw(st.sampled_from([HOUR, 3 * HOUR, -2 * HOUR]))
        touch(session, draw(st.sampled_from(HANDS)), by)
    starts = {}
    for session in there:  # the database holds no two with the same start
        starts.setdefault(session.starts_at, session)
    now = datetime.combine(first, datetime.min.time(), UTC) + draw(st.integers(0, 40)) * HOUR
    return list(starts.values()), after, now


@examples(25)
@given(town=towns())
def test_twice_is_once_and_nothing_is_lost_or_doubled(town):
    there, wanted, now = town
    stays = [one for one in there if one.starts_at <= now or is_of_a_hand(one)]
    kept = [(one, one.starts_at, one.ends_at) for one in stays]
    home = {one.pk: localdate(one.starts_at) for one in there}
    plan = planned(there, wanted, now=now)
    assert not {one.pk for one in plan.gone} & {one.pk for one, _s, _e in kept}
    after = carried_out(there, plan)
    again = planned(after, wanted, now=now)
    assert (again.new, again.moved, again.gone, again.back) == ({}, [], [], [])
    starts = [one.starts_at for one in after]
    assert len(starts) == len(set(starts)), "doubled"
    for one, start, end in kept:
        assert (one.starts_at, one.ends_at) == (start, end), "a hand's work is left alone"
    for one in after:
        assert home.get(one.pk, localdate(one.starts_at)) == localdate(one.starts_at)
    for start, end in wanted.items():
        if end > now:
            meets = (one.starts_at < end and start < one.ends_at for one in stays)
            held = any((one.starts_at, one.ends_at) == (start, end) for one in after)
            assert held or any(meets) or start in {one.laid_out_for for one in stays}, "lost"


@examples(10, 500)
@given(first=days, one=rules)
def test_five_years_are_laid_out_once_whatever_the_clocks_do(first, one):
    last = first + timedelta(days=5 * 365)
    whole = spans([one], [], first=first, last=last)
    there = laid_out(spans([one], [], first=first, last=first + timedelta(days=400)))
    plan = planned(there, whole, now=datetime(2000, 1, 1, tzinfo=UTC))
    assert not plan.gone
    assert not plan.moved
    assert {one.starts_at for one in there} | plan.new.keys() == whole.keys()
    assert plan.new.keys().isdisjoint({one.starts_at for one in there})
