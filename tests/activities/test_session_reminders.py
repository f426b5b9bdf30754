"""Who is told about tomorrow, and what is said: at 16.00 the day before, and never too late."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities import notifications
from activities.models import Contract, Enrolment, Session
from activities.services import sign_ups, taking_part
from portal.reminders import planning
from portal.reminders.kinds import participant
from portal.reminders.models import Reminder, Status
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
    at,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 9, 2)


@pytest.fixture
def monday_at_corner(workshop):
    return SessionFactory(
        activity=workshop, starts_at=at(MONDAY, "9.00"), ends_at=at(MONDAY, "15.00")
    )


def planned():
    rows = Reminder.objects.filter(kind="session_tomorrow", status=Status.PLANNED)
    return list(rows.values_list("recipient_id", "due_at").order_by("recipient_id"))


def test_a_timetable_reminds_at_four_the_day_before(workshop, monday_at_corner, robin_person):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    EnrolmentFactory(activity=workshop, weekdays=[1])
    notifications.plan_coming([monday_at_corner.pk])
    assert planned() == [(robin_person.pk, at(MONDAY - timedelta(days=1), "16.00"))]


def test_a_place_that_is_given_or_ended_moves_the_reminder(
    workshop, monday_at_corner, robin_person, guide
):
    place = taking_part.enrol(
        participant=robin_person,
        activity=workshop,
        by=guide,
        started_on=MONDAY - timedelta(days=1),
        weekdays=[0],
    )
    assert len(planned()) == 1
    taking_part.end_enrolment(
        enrolment=place, by=guide, ended_on=MONDAY - timedelta(days=1), reason="OWN_WISH"
    )
    assert planned() == []


def test_drop_in_reminds_only_those_who_said_that_they_come(kampen, robin, robin_person):
    tomorrow = SessionFactory(activity=kampen, starts_at=at(MONDAY, "10.00"))
    mine = sign_ups.sign_up(
        session=tomorrow, participant=robin_person, by=robin, now=timezone.now()
    )
    assert [person for person, _due in planned()] == [robin_person.pk]
    sign_ups.withdraw(sign_up=mine, by=robin, now=timezone.now())
    assert planned() == []


def test_members_are_left_in_peace(robin_person):
    house = ActivityFactory(contract=Contract.MEMBER)
    EnrolmentFactory(participant=robin_person, activity=house)
    session = SessionFactory(activity=house, starts_at=at(MONDAY, "9.00"))
    notifications.plan_coming([session.pk])
    assert planned() == []


def test_who_said_so_after_four_knows_it_already(kampen, robin_person):
    session = SessionFactory(activity=kampen, starts_at=at(MONDAY, "10.00"))
    SignUpFactory(
        session=session,
        participant=robin_person,
        created_at=at(MONDAY - timedelta(days=1), "18.00"),
    )
    notifications.plan_coming([session.pk])
    assert planned() == []


def test_a_cancelled_morning_is_not_announced_in_the_afternoon_before(
    workshop, monday_at_corner, robin_person, leader
):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    notifications.plan_coming([monday_at_corner.pk])
    Session.objects.update(cancelled_at=timezone.now(), cancel_reason="WEATHER")
    notifications.plan_sessions([monday_at_corner.pk])
    assert planned() == []
    told = Reminder.objects.get(kind="session_cancelled")
    assert told.recipient_id == robin_person.pk
    assert told.not_after == at(MONDAY, "15.00")


def test_the_sweep_finds_a_timetable_that_was_loaded_in_bulk(workshop, robin_person):
    in_two_days = timezone.localdate() + timedelta(days=2)
    SessionFactory(activity=workshop, starts_at=at(in_two_days, "9.00"))
    everyday = list(range(7))
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=everyday)
    assert planned() == []
    planning.sweep()
    assert [person for person, _due in planned()] == [robin_person.pk]
    planning.sweep()
    assert len(planned()) == 1


def test_the_words_tell_neither_where_nor_why(workshop, monday_at_corner, robin_person):
    place = EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    due = notifications.SESSION_TOMORROW.due([monday_at_corner.pk])[monday_at_corner.pk]
    said = notifications.SESSION_TOMORROW.text(due, participant(place.participant_id))
    assert said.text == (
        "Hej! I morgon kl 9 har du en tid. Kan du inte komma? Logga in och säg till,"
        " eller ring 040-628 04 00."
    )
    assert notifications.cancelled_message(monday_at_corner).text == (
        "Hej! Din tid 2/9 kl 9 är inställd. Logga in och se vad mer som är öppet,"
        " eller ring 040-628 04 00."
    )


def test_many_sessions_cost_as_many_queries_as_one(
    workshop, django_assert_max_num_queries, monday_at_corner
):
    contact = EnrolmentFactory(activity=workshop, weekdays=[0, 1, 2]).participant
    days = [
        SessionFactory(activity=workshop, starts_at=at(MONDAY + timedelta(days=n), "9.00")).pk
        for n in range(1, 20)
    ]
    assert contact
    with django_assert_max_num_queries(11):
        notifications.plan_coming(days)
    assert Enrolment.objects.count() == 1
