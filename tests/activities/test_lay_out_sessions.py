"""The coming weeks are what the opening hours say, and what a hand has touched stays."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities.models import CancelReason, Guest, OpeningException, Session
from activities.services import hours
from activities.services.sessions import cancel_session, open_session
from activities.tasks import lay_out_sessions
from portal.reminders.models import Reminder
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    OpeningRuleFactory,
    SessionFactory,
    SignUpFactory,
    at,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 9, 2)  # eight weeks without a public holiday
NOW = at(MONDAY, "6.00")


def lay_out(today=MONDAY, now=NOW):
    return {what: number for what, number in hours.lay_out(today=today, now=now).items() if number}


@pytest.fixture
def weekdays():
    """Open Monday to Friday, 10 to 16."""
    return OpeningRuleFactory()


def test_eight_weeks_are_laid_out_and_doing_it_again_changes_nothing(weekdays):
    assert lay_out() == {"laid_out": 41}  # 8 weeks of five days, and the Monday after
    before = list(Session.objects.order_by("pk").values())
    assert lay_out() == {}
    assert list(Session.objects.order_by("pk").values()) == before


def test_the_next_day_adds_one_day(weekdays):
    lay_out()
    assert lay_out(MONDAY + timedelta(days=1), NOW + timedelta(days=1)) == {"laid_out": 1}


def test_a_cancelled_session_stays_cancelled_and_is_not_laid_out_again(weekdays, leader):
    lay_out()
    session = Session.objects.earliest("starts_at")
    cancel_session(session=session, by=leader, now=NOW, reason=CancelReason.WEATHER)
    assert lay_out() == {}
    session.refresh_from_db()
    assert session.cancelled_at == NOW


def test_a_session_that_a_hand_has_moved_is_neither_moved_back_nor_doubled(weekdays, leader):
    lay_out()
    session = Session.objects.earliest("starts_at")
    moved = session.starts_at + timedelta(hours=1)
    Session.objects.filter(pk=session.pk).update(
        starts_at=moved, changed_at=NOW, changed_by=leader.user
    )
    assert lay_out() == {}
    assert Session.objects.get(pk=session.pk).starts_at == moved


def test_a_session_made_by_hand_is_kept_and_not_doubled(weekdays):
    by_hand = SessionFactory(activity=weekdays.activity, starts_at=at(MONDAY, "10.00"))
    assert lay_out() == {"laid_out": 40}
    by_hand.refresh_from_db()
    assert by_hand.laid_out_for is None


def test_other_closing_hours_reach_the_days_to_come_and_not_the_day_that_has_begun(
    weekdays, leader
):
    lay_out()
    opened_early = Session.objects.earliest("starts_at")
    open_session(session=opened_early, by=leader, now=NOW)
    weekdays.closes = at(MONDAY, "15.00").time()
    weekdays.save()
    assert lay_out() == {"changed": 40}
    opened_early.refresh_from_db()
    assert opened_early.ends_at == at(MONDAY, "16.00")
    assert Session.objects.latest("starts_at").ends_at.hour in (13, 14)


def test_days_that_the_hours_no_longer_hold_go_away(weekdays):
    lay_out()
    OpeningException.objects.create(activity=weekdays.activity, on=MONDAY + timedelta(days=2))
    assert lay_out() == {"removed": 1}
    weekdays.delete()
    assert lay_out() == {"removed": 40}


def test_robin_is_told_when_the_hours_change_under_a_sign_up(weekdays, robin_person):
    lay_out()
    session = Session.objects.get(starts_at=at(MONDAY + timedelta(days=1), "10.00"))
    SignUpFactory(session=session, participant=robin_person)
    OpeningException.objects.create(activity=weekdays.activity, on=MONDAY + timedelta(days=1))
    assert lay_out() == {"cancelled": 1}
    session.refresh_from_db()
    assert session.cancel_reason == CancelReason.OTHER_HOURS
    told = Reminder.objects.get(kind="session_cancelled")
    assert (told.subject_id, told.recipient_id) == (session.pk, robin_person.pk)
    assert lay_out() == {}


def test_what_has_been_is_never_touched(weekdays, robin_person):
    lay_out()
    session = Session.objects.earliest("starts_at")
    AttendanceFactory(session=session, participant=robin_person)
    weekdays.delete()
    evening = at(MONDAY, "18.00")
    assert lay_out(now=evening) == {"removed": 40}
    assert Session.objects.get() == session


def test_a_door_that_was_opened_before_the_hour_stays_open(weekdays, leader):
    lay_out()
    session = Session.objects.earliest("starts_at")
    open_session(session=session, by=leader, now=NOW)
    weekdays.delete()
    assert lay_out() == {"removed": 40}
    assert Session.objects.get() == session


def test_more_places_are_given_and_never_fewer_than_are_taken(robin_person):
    activity = ActivityFactory(sign_up=True, seats=4)
    OpeningRuleFactory(activity=activity, weekdays=[1])
    lay_out()
    taken = Session.objects.earliest("starts_at")
    SignUpFactory(session=taken, participant=robin_person)
    SignUpFactory(session=taken)
    activity.seats = 1
    activity.save()
    lay_out()
    assert Session.objects.get(pk=taken.pk).seats == 2
    assert Session.objects.latest("starts_at").seats == 1
    assert lay_out() == {}


def test_an_activity_that_has_ended_gets_no_more_sessions(weekdays):
    weekdays.activity.ended_on = MONDAY + timedelta(days=1)
    weekdays.activity.save()
    assert lay_out() == {"laid_out": 2}
    assert lay_out(MONDAY + timedelta(days=2), NOW + timedelta(days=2)) == {}


def test_queries_do_not_grow_with_the_number_of_activities(weekdays, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        lay_out()
    for _ in range(10):
        OpeningRuleFactory()
    with django_assert_max_num_queries(12):
        assert lay_out() == {"laid_out": 410}


def test_the_command_says_what_it_did_and_refuses_a_year_that_is_no_day(weekdays):
    said = StringIO()
    call_command("lay_out_sessions", "--from=2031-03-03", "--weeks=1", stdout=said)
    counted = {"laid_out": 6, "changed": 0, "removed": 0, "cancelled": 0}
    assert json.loads(said.getvalue()) == counted
    with pytest.raises(CommandError, match="Write the first day as 2026-12-01"):
        call_command("lay_out_sessions", "--from=i morgon")
    with pytest.raises(CommandError, match="Choose from 1 to 52 weeks"):
        call_command("lay_out_sessions", "--weeks=1000")


def test_beat_lays_out_and_forgets_the_names_that_guests_gave(weekdays):
    last_week = SessionFactory(starts_at=timezone.now() - timedelta(days=7), guests=2)
    Guest.objects.create(session=last_week, nickname="Mannen med hunden")
    Guest.objects.create(session=last_week, nickname="Fel", removed_at=timezone.now())
    today = SessionFactory()
    Guest.objects.create(session=today, nickname="Bullen")
    lay_out_sessions()
    assert Session.objects.filter(activity=weekdays.activity).count() >= 30
    last_week.refresh_from_db()
    assert last_week.guests == 3
    assert [guest.nickname for guest in Guest.objects.all()] == ["Bullen"]
