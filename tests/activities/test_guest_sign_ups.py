"""To come without an account: the same seats, one line, a link of one's own, and then forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import guest_links, tasks
from activities.models import GuestSignUp, Session, SignUp
from activities.services import guest_sign_ups, sessions, sign_ups
from activities.services.line import SessionFull
from portal.actor import Actor
from portal.reminders import planning
from portal.reminders.models import Reminder
from portal.reminders.sending import dispatcher
from tests.activities.factories import (
    EventFactory,
    GuestSignUpFactory,
    PlaceFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.activities.meetings import DAY, HOUR, come, form_of, later, letters, link_of, words
from tests.activities.test_seats import at_once
from tests.factories import MembershipFactory, ParticipantFactory


def test_ines_signs_up_without_an_account_and_takes_it_back_by_the_link(client, meeting):
    assert "Förnamnet räcker." in client.get(form_of(meeting)).text
    answer = come(client, form_of(meeting), email="Ines@Example.org")
    assert "Vi har skrivit till dig." in answer.text
    guest = GuestSignUp.objects.get()
    meeting.refresh_from_db()
    assert (guest.name, guest.email, meeting.signed_up) == ("Ines", "ines@example.org", 1)
    letter = words(Reminder.objects.get(kind="guest_signed_up"))
    assert letter.text.startswith("Hej! Du är anmäld till den ")
    assert guest_links.own_link(guest.pk) in letter.text
    for secret in ("Utvecklingsgruppen", "Huset", "Ines", "Corner"):
        assert secret not in letter.text
    page = link_of("ines@example.org")
    assert "Du är med" in client.get(page).text
    assert "Ingen blir sur." in client.post(page, {"svar": "inte"}, follow=True).text
    meeting.refresh_from_db()
    assert meeting.signed_up == 0
    assert "Du är med" in client.post(page, {"svar": "kommer"}, follow=True).text
    assert "Bo" in client.post(page, {"name": "Bo"}, follow=True).text
    assert GuestSignUp.objects.get().name == "Bo"


def test_the_same_address_twice_makes_one_row_and_one_letter_an_hour(client, meeting):
    for name in ("Ines", "Någon annan"):
        assert "Vi har skrivit till dig." in come(client, form_of(meeting), name=name).text
    guest = GuestSignUp.objects.get()
    assert guest.name == "Ines", "a stranger who knows the address changes nothing"
    assert len(letters("guest_signed_up")) == 1
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        come(client, form_of(meeting))
    assert Reminder.objects.filter(kind="guest_signed_up").count() == 2
    assert GuestSignUp.objects.count() == 1


def test_one_address_and_one_network_can_only_try_so_often(client, meeting, settings):
    settings.ACCOUNT_RATE_LIMITS = {"guest_sign_up": "3/m/ip"}
    answers = [come(client, form_of(meeting), email=f"p{n}@example.org") for n in range(4)]
    assert "Vi har skrivit till dig." in answers[1].text
    assert answers[3].status_code == 422
    assert GuestSignUp.objects.filter(email="p3@example.org").count() == 0


def test_a_forged_link_and_one_that_is_forgotten_open_nothing(client, meeting):
    come(client, form_of(meeting))
    page = link_of("ines@example.org")
    assert client.get(page.replace(":", "x:", 1)).status_code == 404
    with time_machine.travel(timezone.now() + 40 * DAY):
        tasks.lay_out_sessions()
    guest = GuestSignUp.objects.get()
    meeting.refresh_from_db()
    assert (guest.name, guest.email, meeting.signed_up) == ("", "", 1), "a number is left"
    assert client.get(page).status_code == 404


def test_who_is_signed_in_takes_a_place_of_the_same_two(client, acting, robin, meeting):
    come(client, form_of(meeting))
    acting(robin).post(reverse("activities:sign_up", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.signed_up == 2
    full = come(client, form_of(meeting), email="bo@example.org")
    assert full.status_code == 422
    assert "Det är fullt. Tryck en gång till, så står du i kö." in full.text
    assert GuestSignUp.objects.count() == 1


def test_one_line_for_people_and_guests_whoever_has_waited_longest(meeting, robin, robin_person):
    """Two places; Bo waits first, Robin second, Kim third."""
    now = timezone.now()
    taken = [SignUpFactory(session=meeting) for _ in range(2)]
    meeting.refresh_from_db()

    def guest(name, minute):
        at = now + timedelta(minutes=minute)
        email = f"{name}@example.org"
        with pytest.raises(SessionFull):
            guest_sign_ups.sign_up(session=meeting, name=name, email=email, now=at)
        guest_sign_ups.sign_up(session=meeting, name=name, email=email, now=at, may_wait=True)

    guest("bo", 1)
    at = now + timedelta(minutes=2)
    sign_ups.wait(session=meeting, participant=robin_person, by=robin, now=at)
    guest("kim", 3)
    for one in taken:
        sign_ups.withdraw(sign_up=one, by=Actor(None), now=timezone.now())
    assert [one.name for one in GuestSignUp.objects.offered()] == ["bo"]
    assert SignUp.objects.offered().get().participant == robin_person
    assert [one.name for one in GuestSignUp.objects.waiting()] == ["kim"]
    meeting.refresh_from_db()
    assert meeting.signed_up == 2, "what is held counts as taken"
    assert "Svara senast den" in words(Reminder.objects.get(kind="guest_offered")).text
    bo = GuestSignUp.objects.get(name="bo")
    assert "Ja, jag kommer" in Client().get(link_of("bo@example.org")).text
    Client().post(link_of("bo@example.org"), {"svar": "ja"})
    assert bo in GuestSignUp.objects.standing()
    with time_machine.travel(timezone.now() + 20 * HOUR):
        tasks.pass_on_places()
    assert [one.name for one in GuestSignUp.objects.offered()] == ["kim"], "Robin did not answer"


@pytest.mark.django_db(transaction=True)
def test_a_mixed_crowd_at_once_gets_as_many_places_as_there_are():
    session = later(EventFactory(seats=10))
    contact = MembershipFactory()
    people = [ParticipantFactory(main_contact=contact) for _ in range(15)]

    def press(who):
        fresh = Session.objects.select_related("activity").get(pk=session.pk)
        now = timezone.now()
        try:
            if isinstance(who, int):
                email = f"{who % 20}@example.org"  # five of them press twice
                guest_sign_ups.sign_up(session=fresh, name="Bo", email=email, now=now)
            else:
                sign_ups.sign_up(session=fresh, participant=who, by=Actor(None), now=now)
        except SessionFull:
            return "full"
        return "with us"

    crowd = [one for pair in zip(people, range(15), strict=True) for one in pair]
    answers = at_once(press, [*crowd, *range(15, 25)])
    standing = SignUp.objects.standing().count() + GuestSignUp.objects.standing().count()
    session.refresh_from_db()
    assert session.signed_up == standing == 10
    assert answers.count("full") >= 25
    with pytest.raises(IntegrityError, match="no_more_sign_up_than_there_are_places"):
        GuestSignUpFactory(session=session)


def test_guests_are_reminded_and_told_like_everybody_else(acting, leader, meeting, robin):
    guest = GuestSignUpFactory(session=meeting, created_at=timezone.now() - 2 * DAY)
    planning.sweep()
    reminder = Reminder.objects.get(kind="session_tomorrow", recipient_kind="GUEST")
    assert reminder.recipient_id == guest.pk
    assert "I morgon kl" in words(reminder).text
    hours = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at + HOUR}
    sessions.move_session(session=meeting, by=leader, now=timezone.now(), **hours)
    assert letters("session_moved") == [("GUEST", guest.pk)]
    assert guest_links.own_link(guest.pk) in words(Reminder.objects.get(kind="session_moved")).text
    page = reverse("activities:session_cancel", args=[meeting.pk])
    assert "Ställ in och meddela 1" in acting(leader).get(page).text
    acting(leader).post(page, {"reason": "STAFF_ILL"})
    assert letters("session_cancelled") == [("GUEST", guest.pk)]
    assert letters("session_tomorrow") == []
    told = words(Reminder.objects.get(kind="session_cancelled"))
    assert "är inställd" in told.text
    assert "Logga in" not in told.text
    assert "Den här tiden är inställd." in Client().get(link_of(guest.email)).text


def test_a_letter_leaves_by_the_outbox_to_the_address_alone(client, meeting, mailoutbox):
    come(client, form_of(meeting))
    said = Reminder.objects.filter(kind="guest_signed_up")
    said.update(next_at=timezone.now() - DAY)  # by the clock of this transaction
    assert dispatcher.run()["accepted"] == 1
    assert [one.to for one in mailoutbox] == [["ines@example.org"]]


def test_at_the_door_a_guest_who_signed_up_is_in_by_one_tap(acting, leader, group):
    session = SessionFactory(activity=group)
    guest = GuestSignUpFactory(session=session, name="Ines")
    browser, door = acting(leader), reverse("activities:session_door", args=[session.pk])
    shown = browser.get(door)
    (_guest, sending) = shown.context["expected"][0]
    assert f'<li data-guest="{sending}">' in shown.text, "what door.js sends without a network"
    tap = reverse("activities:guest_add", args=[session.pk])
    for _ in range(2):
        browser.post(tap, {"nickname": guest.name, "submission_id": sending})
    after = browser.get(door)
    assert after.context["expected"] == []
    assert [one.nickname for one in after.context["guests"]] == ["Ines"]


@pytest.mark.parametrize("offered", [False, True])
def test_a_guest_in_line_is_told_of_other_hours_and_that_it_is_off(
    acting, leader, meeting, offered
):
    now = timezone.now()
    held = {"offered_at": now, "answer_by": now + HOUR}
    guest = GuestSignUpFactory(session=meeting, **(held if offered else {"waiting_since": now}))
    page = reverse("activities:session_cancel", args=[meeting.pk])
    assert "Ställ in och meddela 1" in acting(leader).get(page).text
    hours = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at + HOUR}
    sessions.move_session(session=meeting, by=leader, now=now, **hours)
    assert letters("session_moved") == [("GUEST", guest.pk)]
    told = words(Reminder.objects.get(kind="session_moved")).text
    assert "Tiden du står i kö till är flyttad" in told
    assert guest_links.own_link(guest.pk) in told
    acting(leader).post(page, {"reason": "STAFF_ILL"})
    assert letters("session_cancelled") == [("GUEST", guest.pk)]
    told = words(Reminder.objects.get(kind="session_cancelled")).text
    assert "som du står i kö till är inställd" in told
    assert guest_links.today_link() in told
    planning.sweep()
    assert letters("session_tomorrow") == []
    own = Client().get(link_of(guest.email)).text
    assert f'href="{reverse("activities:today")}">Öppet i dag' in own


def test_a_guest_who_waits_and_one_who_comes_are_counted_by_who_runs_it(acting, leader, meeting):
    GuestSignUpFactory(session=meeting)
    GuestSignUpFactory(session=meeting, waiting_since=timezone.now())
    on = timezone.localdate(meeting.starts_at)
    week = acting(leader).get(reverse("activities:session_week"), {"vecka": on}).text
    assert "1 i kö" in week
    assert "1 tänker komma" in week
    day = acting(leader).get(reverse("activities:session_list"), {"dag": on}).text
    assert "1 tänker komma" in day


def test_another_place_is_told_at_once_to_those_who_come_and_those_in_line(
    acting, leader, meeting, robin_person
):
    SignUpFactory(session=meeting, participant=robin_person)
    guests = [
        GuestSignUpFactory(session=meeting, waiting_since=at) for at in (None, timezone.now())
    ]
    page = reverse("activities:event_change", args=[meeting.activity.slug])
    shown = acting(leader).get(page)
    assert "Byter du ställe skriver vi genast" in shown.text
    assert "2 kommer" in shown.text
    answers = shown.context["form"].initial
    acting(leader).post(page, answers | {"summary": "Nya ord"})
    assert letters("event_place") == [], "the place is the same"
    acting(leader).post(page, answers | {"place": PlaceFactory().pk})
    told = {("GUEST", one.pk) for one in guests} | {("PARTICIPANT", robin_person.pk)}
    assert set(letters("event_place")) == told
    own = Reminder.objects.get(kind="event_place", recipient_kind="PARTICIPANT")
    assert "är på ett annat ställe nu. Logga in" in words(own).text
    theirs = Reminder.objects.get(kind="event_place", recipient_id=guests[1].pk)
    assert guest_links.own_link(guests[1].pk) in words(theirs).text
    assert letters("session_moved") == []
    now, later_on = timezone.now(), {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    sessions.move_session(session=meeting, by=leader, now=now, **later_on)
    assert len(letters("session_moved")) == 3
