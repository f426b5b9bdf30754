"""Who is told about tomorrow, and what is said: at 16.00 the day before, and never too late."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import Contract, Enrolment, Session
from activities.notifications import ahead
from activities.notifications.sessions import (
    cancelled_message,
    plan_coming,
    plan_sessions,
)
from activities.services import sign_ups, taking_part
from portal.reminders import kinds, planning
from portal.reminders.models import Channel, Reminder, Status, Wish
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 9, 2)


@pytest.fixture
def monday_at_corner(workshop):
    return SessionFactory(
        activity=workshop, starts_at=at(MONDAY, "9.00"), ends_at=at(MONDAY, "15.00")
    )


def planned(kind="session_tomorrow"):
    rows = Reminder.objects.filter(kind=kind, status=Status.PLANNED)
    return list(rows.values_list("recipient_id", "due_at").order_by("recipient_id"))


def test_a_timetable_reminds_at_four_the_day_before(workshop, monday_at_corner, robin_person):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    EnrolmentFactory(activity=workshop, weekdays=[1])
    plan_coming([monday_at_corner.pk])
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


def test_drop_in_says_nothing_by_itself_and_nudges_who_asks(kampen, robin, robin_person):
    tomorrow = SessionFactory(activity=kampen, starts_at=at(MONDAY, "10.00"))
    mine = sign_ups.sign_up(
        session=tomorrow, participant=robin_person, by=robin, now=timezone.now()
    )
    assert planned() == planned("session_in_three_days") == []
    asked = [kinds.participant(robin_person.pk)]
    for kind in (ahead.SESSION_MORNING, ahead.SESSION_IN_TWO_HOURS):
        assert kind.on_request
        assert kind.recipients([tomorrow.pk]) == {tomorrow.pk: asked}
        assert kind.due([tomorrow.pk])[tomorrow.pk].at == at(MONDAY, "8.00")
    sign_ups.withdraw(sign_up=mine, by=robin, now=timezone.now())
    assert ahead.SESSION_MORNING.recipients([tomorrow.pk]) == {}


def test_members_are_left_in_peace(robin_person):
    house = ActivityFactory(contract=Contract.MEMBER)
    EnrolmentFactory(participant=robin_person, activity=house)
    session = SessionFactory(activity=house, starts_at=at(MONDAY, "9.00"))
    plan_coming([session.pk])
    assert planned() == []


def test_three_days_and_a_day_before_is_all_that_is_said(workshop, monday_at_corner, robin_person):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    assert monday_at_corner.pk in set(ahead.SESSION_IN_THREE_DAYS.soon(MONDAY - timedelta(days=4)))
    plan_coming([monday_at_corner.pk])
    assert planned("session_in_three_days") == [
        (robin_person.pk, at(MONDAY - timedelta(days=3), "16.00"))
    ]
    assert planned() == [(robin_person.pk, at(MONDAY - timedelta(days=1), "16.00"))]
    assert ahead.SESSION_MORNING.replaces == "session_tomorrow"
    assert ahead.SESSION_IN_TWO_HOURS.replaces == "session_in_three_days"


def test_who_asks_for_two_hours_before_gets_it_instead_and_two_in_all(
    workshop, monday_at_corner, robin_person
):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    Wish.objects.create(
        recipient_kind="PARTICIPANT",
        recipient_id=robin_person.pk,
        participant_id=robin_person.pk,
        kinds={"session_in_two_hours": ""},
    )
    ahead.plan([monday_at_corner.pk])
    ways = dict(Reminder.objects.values_list("kind", "channel"))
    assert ways == {
        "session_in_three_days": Channel.NONE,
        "session_tomorrow": Channel.EMAIL,
        "session_in_two_hours": Channel.EMAIL,
    }


def test_who_has_three_times_on_a_day_is_nudged_once_in_the_morning(workshop, robin_person):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    later, first = (
        SessionFactory(activity=workshop, starts_at=at(MONDAY, hour), ends_at=at(MONDAY, end))
        for hour, end in (("13.00", "15.00"), ("7.30", "9.00"))
    )
    asked = ahead.SESSION_MORNING.recipients([later.pk, first.pk])
    assert {pk: some for pk, some in asked.items() if some} == {
        first.pk: [kinds.participant(robin_person.pk)]
    }
    assert ahead.SESSION_MORNING.recipients([later.pk]) == {later.pk: []}
    assert ahead.SESSION_MORNING.due([first.pk])[first.pk].at == at(MONDAY, "6.30")


def test_who_said_so_after_four_knows_it_already(meeting, robin_person):
    session = meeting
    type(session).objects.update(starts_at=at(MONDAY, "10.00"), ends_at=at(MONDAY, "12.00"))
    for person, clock in ((robin_person, "18.00"), (ParticipantFactory(), "15.00")):
        SignUpFactory(
            session=session,
            participant=person,
            created_at=at(MONDAY - timedelta(days=1), clock),
        )
    plan_coming([session.pk])
    assert len(planned()) == 1
    assert planned()[0][0] != robin_person.pk


def test_a_cancelled_morning_is_not_announced_in_the_afternoon_before(
    workshop, monday_at_corner, robin_person, leader
):
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[0])
    plan_coming([monday_at_corner.pk])
    Session.objects.update(cancelled_at=timezone.now(), cancel_reason="WEATHER")
    plan_sessions([monday_at_corner.pk])
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
    due = ahead.SESSION_TOMORROW.due([monday_at_corner.pk])[monday_at_corner.pk]
    said = ahead.SESSION_TOMORROW.text(due, kinds.participant(place.participant_id))
    assert said.text == (
        "Hej! I morgon kl 9 har du en tid. Kan du inte komma? Logga in och säg till,"
        " eller ring 040-628 04 00."
    )
    assert cancelled_message(monday_at_corner).text == (
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
    with django_assert_max_num_queries(12 * len(ahead.BY_ITSELF)):
        plan_coming(days)
    assert Enrolment.objects.count() == 1
