"""*Ändra tid*: two taps, everybody is told, and ten minutes to think again."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from activities.models import Session
from activities.notifications import moved
from activities.services import hours, sessions
from portal.reminders.kinds import participant, staff
from portal.reminders.models import Priority, Reminder, Status
from tests.activities.factories import (
    ActivityFactory,
    OpeningRuleFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db
TUESDAY = date(2030, 9, 3)
MORNING = at(TUESDAY, "8.00")


@pytest.fixture
def lars(acting, leader):
    with time_machine.travel(MORNING, tick=False):
        yield acting(leader)


@pytest.fixture
def cafe(kampen):
    return SessionFactory(
        activity=kampen, starts_at=at(TUESDAY, "10.00"), ends_at=at(TUESDAY, "16.00")
    )


@pytest.fixture
def coming(cafe, robin_person):
    """Robin, and somebody whom no letter finds."""
    return SignUpFactory(session=cafe, participant=robin_person), SignUpFactory(session=cafe)


def move(browser, session, opens="10:00", closes="14:00", **fields):
    page = reverse("activities:session_move", args=[session.pk])
    return browser.post(page, {"opens": opens, "closes": closes, **fields}, follow=True)


def take_back(browser, session):
    return browser.post(reverse("activities:session_move_back", args=[session.pk]), follow=True)


def told(kind):
    return set(
        Reminder.objects.filter(kind=kind, status=Status.PLANNED).values_list(
            "recipient_id", flat=True
        )
    )


def send(kind):
    Reminder.objects.filter(kind=kind).update(
        status=Status.ACCEPTED, ended_at=timezone.now(), lease_token=None
    )


def hours_of(session):
    session.refresh_from_db()
    return [f"{timezone.localtime(one):%H.%M}" for one in (session.starts_at, session.ends_at)]


def test_lars_closes_early_in_two_taps(lars, cafe, coming):
    door = lars.get(reverse("activities:session_door", args=[cafe.pk])).text
    assert reverse("activities:session_move", args=[cafe.pk]) in door
    page = lars.get(reverse("activities:session_move", args=[cafe.pk])).text
    for label in ("Öppnar 11.00", "Öppnar 12.00", "Stänger 14.00", "Stänger 15.00"):
        assert label in page
    assert 'name="closes" value="14:00"' in page
    answer = move(lars, cafe)
    assert "Ny tid: 10.00 till 14.00. Förut: 10.00 till 16.00." in answer.text
    assert hours_of(cafe) == ["10.00", "14.00"]


def test_those_who_meant_to_come_are_told_at_once_with_the_new_time(lars, cafe, coming, guide):
    move(lars, cafe, opens="11:30")
    assert told("session_moved") == {one.participant_id for one in coming}
    row = Reminder.objects.filter(kind="session_moved").first()
    assert (row.priority, row.next_at) == (Priority.NOW, MORNING)
    due = moved.SESSION_MOVED.due([cafe.pk])[cafe.pk]
    said = moved.SESSION_MOVED.text(due, participant(coming[0].participant_id))
    assert said.text == (
        "Hej! Din tid 3/9 är nu kl 11.30 till 14. Passar det inte? Logga in och se vad mer som"
        " är öppet, eller ring 040-628 04 00."
    )


@pytest.fixture
def open_now(kampen):
    """People are reached by the clock of the database, which nobody moves."""
    return SessionFactory(activity=kampen)


def close_soon(browser, session, **fields):
    clocks = session.starts_at, timezone.now() + timedelta(hours=1)
    return move(browser, session, *(f"{timezone.localtime(one):%H:%M}" for one in clocks), **fields)


def test_whom_no_letter_finds_is_rung_by_their_contact(acting, leader, open_now, guide):
    kim = ParticipantFactory(first_name="Kim", main_contact=guide.membership)
    SignUpFactory(session=open_now, participant=kim)
    page = close_soon(acting(leader), rounded(open_now))
    assert "1 person får inget meddelande." in page.text
    assert told("session_moved_call") == {guide.user_id}
    due = moved.SESSION_MOVED_CALL.due([open_now.pk])[open_now.pk]
    said = moved.SESSION_MOVED_CALL.text(due, staff(guide.user_id)).text
    assert said.startswith("Hej! Ring Kim. En tid ")
    assert len(said) <= 160


def rounded(session):
    """Begin on a whole minute, as what the opening hours lay out."""
    session.starts_at = session.starts_at.replace(second=0, microsecond=0)
    session.save()
    return session


def test_robin_reads_on_idag_the_new_hours_and_what_is_open_instead(
    acting, leader, robin, robin_person, open_now
):
    SignUpFactory(session=rounded(open_now), participant=robin_person)
    other = SessionFactory(activity=ActivityFactory(name="Varmestugan"))
    close_soon(acting(leader), open_now, instead=other.pk)
    page = acting(robin).get("/idag/").text
    assert "Ny tid: Kaffe och samtal i dag klockan" in page
    assert "Varmestugan är öppet till" in page
    assert "Ny tid i dag" in page


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("10:00", "16:00", "Det är redan de tiderna. Skriv vad som är annorlunda."),
        ("12:00", "12:00", "Välj en tid för stängning som inte är samma som öppning."),
        ("06:00", "07:00", "Välj en stängningstid som inte har varit."),
        ("07:00", "16:00", "Välj en öppningstid som inte har varit."),
        ("kväll", "16:00", "Skriv tiden så här: 13.00."),
        ("", "", "Fyll i: Stänger"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_sentence(lars, cafe, opens, closes, said):
    answer = move(lars, cafe, opens, closes)
    assert answer.status_code == 422
    assert said in answer.text
    assert hours_of(cafe) == ["10.00", "16.00"]


def test_what_has_begun_may_close_later_but_not_begin_otherwise(lars, kampen):
    begun = SessionFactory(activity=kampen, starts_at=at(TUESDAY, "7.00"))
    answer = move(lars, begun, "7:30", "13:00")
    assert "Det har redan börjat. Ändra bara när det stänger." in answer.text
    move(lars, begun, "7:00", "13:00")
    assert hours_of(begun) == ["07.00", "13.00"]


def test_two_taps_name_another_open_door(lars, cafe):
    other = SessionFactory(
        activity=ActivityFactory(name="Varmestugan"),
        starts_at=at(TUESDAY, "9.00"),
        ends_at=at(TUESDAY, "17.00"),
    )
    page = lars.get(reverse("activities:session_move", args=[cafe.pk])).text
    assert "De läser att Varmestugan är öppet till 17.00." in page
    assert f'name="instead" value="{other.pk}"' in page


def test_hours_may_go_past_midnight(lars, cafe):
    move(lars, cafe, "20:00", "1:00")
    assert hours_of(cafe) == ["20.00", "01.00"]
    assert cafe.ends_at - cafe.starts_at == timedelta(hours=5)


def test_taken_back_before_anybody_was_told_nobody_hears_of_it(lars, cafe, coming):
    move(lars, cafe)
    assert "Tiderna är som förut." in take_back(lars, cafe).text
    assert hours_of(cafe) == ["10.00", "16.00"]
    assert told("session_moved") == told("session_moved_back") == set()


def test_whoever_was_told_is_told_that_it_is_as_before(lars, cafe, coming):
    move(lars, cafe)
    send("session_moved")
    take_back(lars, cafe)
    assert told("session_moved_back") == {one.participant_id for one in coming}


def test_two_changes_in_a_row_are_taken_back_to_what_stood_first(lars, cafe):
    move(lars, cafe)
    move(lars, cafe, "11:00", "13:00")
    take_back(lars, cafe)
    assert hours_of(cafe) == ["10.00", "16.00"]


def test_after_ten_minutes_it_is_a_matter_for_the_phone(lars, cafe):
    move(lars, cafe)
    with time_machine.travel(MORNING + timedelta(minutes=11), tick=False):
        assert "Det går att ångra i tio minuter." in take_back(lars, cafe).text
        move(lars, cafe, "10:00", "13:00")
        take_back(lars, cafe)
    assert hours_of(cafe) == ["10.00", "14.00"]


def test_cancelled_after_it_was_moved_only_that_is_said(lars, cafe, coming):
    move(lars, cafe)
    cancel = reverse("activities:session_cancel", args=[cafe.pk])
    lars.post(cancel, {"reason": "WEATHER"})
    assert told("session_moved") == set()
    assert told("session_cancelled") == {one.participant_id for one in coming}


def test_the_opening_hours_leave_it_where_the_hand_has_put_it(lars, kampen):
    OpeningRuleFactory(activity=kampen, weekdays=[1])
    hours.lay_out(today=TUESDAY, now=MORNING, last=TUESDAY)
    session = Session.objects.get()
    move(lars, session, "11:00", "13:00")
    assert not any(hours.lay_out(today=TUESDAY, now=MORNING, last=TUESDAY).values())
    assert hours_of(session) == ["11.00", "13.00"]


def test_two_sessions_of_one_activity_never_begin_at_once(lars, cafe, kampen):
    SessionFactory(activity=kampen, starts_at=at(TUESDAY, "18.00"))
    answer = move(lars, cafe, "18:00", "19:00")
    assert answer.status_code == 422
    assert "Det finns redan ett pass den tiden." in answer.text


def test_the_page_costs_the_same_for_a_crowd(lars, cafe, queries_of):
    page = reverse("activities:session_move", args=[cafe.pk])
    SignUpFactory(session=cafe)
    one = queries_of(lars, page)
    assert one <= 12
    for _ in range(10):
        SignUpFactory(session=cafe)
    assert queries_of(lars, page) == one


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_once_leave_one_of_the_two_hours_and_the_first_in_mind(leader, kampen):
    session = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(hours=2))
    before, gate = session.starts_at, Barrier(2)

    def change(by_hours):
        mine, now = Session.objects.get(pk=session.pk), timezone.now()
        gate.wait(timeout=10)
        sessions.move_session(
            session=mine,
            by=leader,
            now=now,
            starts_at=before + timedelta(hours=by_hours),
            ends_at=mine.ends_at,
        )
        connection.close()

    threads = [Thread(target=change, args=[number]) for number in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=20)
    session.refresh_from_db()
    assert session.was_starts_at == before
    assert session.starts_at - before in (timedelta(hours=1), timedelta(hours=2))
