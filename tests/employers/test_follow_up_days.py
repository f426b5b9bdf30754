"""Somebody asks how it goes: the days, by the rule, through months of every length."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from employers.models import Answer, EndReason, FollowUpNote, Spoke
from employers.services.follow_ups import (
    follow_up_days,
    quarters,
    switch_follow_ups,
    write_follow_up,
)
from employers.services.placements import change_placement, end_placement, reopen_placement
from participants.models import Caseload, Contact, Counterpart, Mode
from portal.models import AuditEvent

MONDAY = date(2026, 11, 2)
WRITTEN = datetime(2026, 11, 2, 8, tzinfo=ZoneInfo("Europe/Stockholm"))
ALL_FIVE = ["2026-11-09", "2026-11-16", "2026-11-30", "2026-12-28", "2027-01-25"]


def noon(text):
    return datetime.combine(date.fromisoformat(text), time(12), ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def on_monday():
    """The place is written down on its first day."""
    with time_machine.travel(WRITTEN, tick=False):
        yield


@pytest.fixture
def talk(guide):
    """Write a follow-up of a placement: talk(placement, "2026-11-09")."""

    def write(placement, day, **fields):
        words = {
            "how_it_goes": "WELL",
            "spoke_with": Spoke.PERSON,
            "mode": Mode.PHONE,
            "text": "Det går bra.",
            "submission_id": uuid4(),
        }
        return write_follow_up(
            placement=placement, by=guide, occurred_at=noon(day), **(words | fields)
        )

    return write


@pytest.mark.usefixtures("on_monday")
class TestPlannedDays:
    def test_new_place_is_followed_up_five_times_and_then_each_quarter(self, place, days):
        assert days(place()) == [*ALL_FIVE, "2027-04-25"]

    def test_place_with_a_last_day_is_followed_up_once_more_after_it(self, place, days):
        assert days(place(ends_on=date(2026, 12, 1))) == [*ALL_FIVE[:3], "2026-12-04"]

    def test_study_visit_of_a_day_is_talked_about_three_days_later(self, place, days):
        assert days(place(kind="STUDY_VISIT", ends_on=MONDAY)) == ["2026-11-05"]

    def test_place_written_down_late_does_not_begin_with_days_that_have_been(self, place, days):
        assert days(place(starts_on=date(2026, 10, 12))) == [
            "2026-11-09",
            "2026-12-07",
            "2027-01-04",
            "2027-04-04",
        ]

    def test_moved_first_day_moves_every_day(self, place, days, guide):
        placement = place()
        change_placement(placement=placement, by=guide, version=1, starts_on=date(2026, 11, 9))
        assert days(placement)[:2] == ["2026-11-16", "2026-11-23"]

    def test_last_day_that_is_taken_away_opens_the_quarters(self, place, days, guide):
        placement = place(ends_on=date(2026, 12, 1))
        change_placement(placement=placement, by=guide, version=1, ends_on=None)
        assert days(placement) == [*ALL_FIVE, "2027-04-25"]

    def test_person_who_wants_no_more_is_left_in_peace_until_they_say_otherwise(
        self, place, days, guide
    ):
        placement = place()
        switch_follow_ups(placement=placement, by=guide, on=False)
        assert days(placement) == []
        switch_follow_ups(placement=placement, by=guide, on=True)
        assert days(placement) == [*ALL_FIVE, "2027-04-25"]

    def test_ended_place_keeps_one_day_to_ask_how_it_is_now(self, place, days, guide):
        placement = place()
        end(placement, guide, date(2026, 11, 20))
        assert days(placement) == ["2026-11-23"]
        reopen_placement(placement=placement, by=guide)
        assert days(placement) == [*ALL_FIVE, "2027-04-25"]

    @pytest.mark.parametrize("reason", [EndReason.MISTAKE, EndReason.NEVER_STARTED])
    def test_place_that_never_was_is_not_followed_up(self, place, days, guide, reason):
        placement = place()
        end(placement, guide, MONDAY, reason)
        assert days(placement) == []


@pytest.mark.usefixtures("on_monday")
class TestTalk:
    def test_talk_closes_the_day_that_was_due_and_no_other(self, place, days, talk):
        placement = place()
        note = talk(placement, "2026-11-09")
        assert days(placement) == [*ALL_FIVE[1:], "2027-04-25"]
        assert [f"{one.due_on}" for one in note.closes.all()] == ["2026-11-09"]

    def test_talk_two_days_early_is_the_talk_of_that_day(self, place, days, talk):
        placement = place()
        talk(placement, "2026-11-07")
        assert days(placement)[0] == "2026-11-16"

    def test_talk_closes_every_day_that_was_missed(self, place, days, talk):
        placement = place()
        talk(placement, "2026-12-01")
        assert days(placement) == [*ALL_FIVE[3:], "2027-04-25"]

    def test_talk_on_the_quarter_plans_the_next_quarter(self, place, days, talk):
        placement = place()
        talk(placement, "2027-04-26")
        assert days(placement) == ["2027-07-25"]

    def test_talk_is_a_contact_so_nobody_is_called_silent(self, place, talk, robin_person, guide):
        talk(place(), "2026-11-09")
        row = Caseload.objects.get(participant=robin_person, membership_id=guide.membership.pk)
        assert row.last_contact_at == noon("2026-11-09")

    def test_talk_with_the_employer_alone_is_no_contact_with_the_person(self, place, talk):
        talk(place(), "2026-11-09", spoke_with=Spoke.EMPLOYER)
        assert Contact.objects.get().counterpart == Counterpart.EMPLOYER

    def test_same_form_twice_makes_one_note_and_one_contact(self, place, talk):
        placement, sent = place(), uuid4()
        first = talk(placement, "2026-11-09", submission_id=sent)
        assert talk(placement, "2026-11-09", submission_id=sent) == first
        assert (FollowUpNote.objects.count(), Contact.objects.count()) == (1, 1)

    def test_talk_stands_in_the_log_that_the_person_reads(self, place, talk, robin_person):
        talk(place(), "2026-11-09")
        line = AuditEvent.objects.get(subject="followupnote")
        assert line.participants == [robin_person.pk]


def end(placement, by, day, reason=EndReason.PERIOD_OVER):
    end_placement(placement=placement, by=by, ended_on=day, end_reason=reason, led_to_job=Answer.NO)


def test_quarters_do_not_drift_through_short_months():
    first = quarters(date(2026, 11, 30))
    assert [f"{next(first)}" for _ in range(5)] == [
        "2027-02-28",
        "2027-05-30",
        "2027-08-30",
        "2027-11-30",
        "2028-02-29",
    ]


@given(
    starts_on=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    lasts=st.none() | st.integers(0, 900),
    seen=st.integers(-30, 900),
    ended=st.booleans(),
)
def test_days_come_in_order_after_the_last_talk_and_soon_enough(starts_on, lasts, seen, ended):
    last_day = None if lasts is None else starts_on + timedelta(days=lasts)
    after = starts_on + timedelta(days=seen)
    found = follow_up_days(
        starts_on, last_day=last_day, ended=ended and last_day is not None, after=after
    )
    assert found == sorted(set(found))
    assert all(day > after for day in found)
    if last_day is None:
        assert found
        assert found[0] <= max(after, starts_on + timedelta(weeks=12)) + timedelta(days=93)
    else:
        assert all(day <= last_day + timedelta(days=3) for day in found)
