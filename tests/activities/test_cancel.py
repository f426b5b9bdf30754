"""*Ställ in*: the exact message, who gets it, and ten minutes to think again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.models import CancelReason, Session
from activities.notifications.sessions import SESSION_CALL, SESSION_RESTORED
from activities.services.sessions import (
    SessionCancelled,
    SessionOver,
    cancel_session,
)
from participants.notifications.steps import STEP_DUE
from portal.context import Purpose, as_system
from portal.models import Membership, PushSubscription, User
from portal.reminders import preferences
from portal.reminders.kinds import Address, participant, staff
from portal.reminders.models import Channel, Line, Reminder, ReminderAttempt, Status
from portal.reminders.ways import Preference
from tests.activities.factories import ActivityFactory, SessionFactory, SignUpFactory
from tests.factories import ParticipantFactory, UserFactory
from tests.reminders.test_push import KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def coming(cafe, robin_person):
    """Robin and somebody else mean to come."""
    return SignUpFactory(session=cafe, participant=robin_person), SignUpFactory(session=cafe)


def cancel(browser, session, **fields):
    page = reverse("activities:session_cancel", args=[session.pk])
    return browser.post(page, fields, follow=True) if fields else browser.get(page)


def restore(browser, session):
    return browser.post(reverse("activities:session_restore", args=[session.pk]), follow=True)


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


def test_lars_reads_the_message_and_who_gets_it_before_anything_happens(lars, cafe, coming):
    page = cancel(lars, cafe).text
    assert "Får ett meddelande (1)" in page
    assert "Robin A." in page
    assert "är inställd. Logga in och se vad mer som är öppet" in page
    assert "Ställ in och meddela 1" in page
    assert not Reminder.objects.filter(kind="session_cancelled").exists()


def test_the_button_counts_only_those_whom_a_letter_finds(lars, cafe, coming):
    page = cancel(lars, cafe).text
    assert page.index("Får ett meddelande (1)") < page.index("Får ett samtal (1)")
    assert "Nås inte" not in page
    contact = coming[1].participant.main_contacts.open().get()
    Membership.objects.filter(pk=contact.membership_id).update(ended_at=timezone.now())
    page = cancel(lars, cafe).text
    assert "Får ett samtal" not in page
    assert "Nås inte (1)" in page
    assert "Sätt en lapp på dörren" in page


def test_whom_no_letter_finds_is_rung_by_their_contact(lars, cafe, guide):
    kim = ParticipantFactory(first_name="Kim", main_contact=guide.membership)
    ali = ParticipantFactory(first_name="Ali", main_contact=guide.membership)
    for person in (kim, ali):
        SignUpFactory(session=cafe, participant=person)
    page = cancel(lars, cafe, reason="WEATHER").text
    assert "2 personer får inget meddelande. Deras kontakter får veta och ringer." in page
    assert told("session_call") == {guide.user_id}
    due = SESSION_CALL.due([cafe.pk])[cafe.pk]
    said = SESSION_CALL.text(due, staff(guide.user_id))
    assert said.subject == "Ring en person"
    assert said.text.startswith("Hej! Ring Ali och Kim. En tid ")
    for secret in (cafe.activity.name, str(cafe.activity.place), kim.last_name, "Corner"):
        assert secret not in said.text


def test_a_sign_is_not_enough_and_a_letter_by_post_is_none_that_we_write(
    lars, cafe, guide, settings
):
    """Alva wants letters by post, Mo has a phone that shows a sign, and Eli reads e-mail."""
    settings.PUSH_KEY = KEY
    alva, mo, eli = (
        ParticipantFactory(
            first_name=name,
            email=email,
            main_contact=guide.membership,
            user=UserFactory(username=name, email=None),
        )
        for name, email in (("Alva", "a@example.org"), ("Mo", ""), ("Eli", "e@example.org"))
    )
    for person, way in ((alva, Channel.LETTER), (mo, Channel.PUSH), (eli, Channel.EMAIL)):
        preferences.choose(recipient=participant(person.pk), by=guide, channel=way)
        SignUpFactory(session=cafe, participant=person)
    PushSubscription.objects.create(user=mo.user, endpoint="https://fcm.googleapis.com/mo")
    page = cancel(lars, cafe).text
    assert "Får ett meddelande (1)" in page
    assert "Får ett samtal (2)" in page
    assert (
        "De vill inte ha, eller kan inte få, meddelanden. Vi ber deras kontakt att ringa." in page
    )
    page = cancel(lars, cafe, reason="WEATHER").text
    assert "2 personer får inget meddelande. Deras kontakter får veta och ringer." in page
    with as_system(Purpose.REMINDERS):
        due = SESSION_CALL.due([cafe.pk])[cafe.pk]
    assert "Ring Alva och Mo." in SESSION_CALL.text(due, staff(guide.user_id)).text


def test_a_sign_goes_last_where_it_cannot_wait(guide):
    chose, everywhere = Preference(channel=Channel.PUSH), Address("e@example.org", push=("here",))
    assert chose.ways(SESSION_CALL, everywhere) == [Channel.EMAIL, Channel.PUSH]
    assert chose.ways(STEP_DUE, everywhere) == [Channel.PUSH, Channel.EMAIL]


def test_whoever_has_no_contact_meets_a_note_on_the_door(lars, cafe, coming):
    contact = coming[1].participant.main_contacts.get().membership.user
    User.objects.filter(pk=contact.pk).update(is_active=False)
    page = cancel(lars, cafe, reason="WEATHER").text
    assert "1 person nås inte: sätt en lapp på dörren." in page
    assert told("session_call") == set()


def test_a_contact_who_was_asked_to_ring_hears_that_it_is_on_again(lars, cafe, guide):
    SignUpFactory(session=cafe, participant=ParticipantFactory(main_contact=guide.membership))
    cancel(lars, cafe, reason="WEATHER")
    send("session_call")
    restore(lars, cafe)
    assert told("session_restored") == {guide.user_id}
    due = SESSION_RESTORED.due([cafe.pk])[cafe.pk]
    said = SESSION_RESTORED.text(due, staff(guide.user_id))
    assert "Har du redan ringt om den? Ring en gång till." in said.text


def test_a_crowd_without_address_costs_as_many_queries_as_one(lars, cafe, guide, queries_of):
    page = reverse("activities:session_cancel", args=[cafe.pk])
    SignUpFactory(session=cafe)
    one = queries_of(lars, page)
    assert one <= 12
    for _ in range(10):
        SignUpFactory(session=cafe, participant=ParticipantFactory(main_contact=guide.membership))
    assert queries_of(lars, page) == one
    cancel(lars, cafe, reason="WEATHER")
    assert queries_of(lars, reverse("activities:session_door", args=[cafe.pk])) <= 12


def test_those_who_meant_to_come_are_told_at_once(lars, cafe, coming):
    other = SessionFactory(activity=ActivityFactory(name="Varmestugan"))
    page = cancel(lars, cafe, reason="WEATHER", instead=other.pk)
    assert "Passet är inställt. Vädret stoppar oss." in page.text
    assert told("session_cancelled") == {one.participant_id for one in coming}
    cafe.refresh_from_db()
    assert (cafe.cancel_reason, cafe.instead) == ("WEATHER", other)


def test_robin_sees_on_idag_that_it_is_off_and_what_is_open_instead(
    lars, acting, robin, cafe, coming
):
    other = SessionFactory(activity=ActivityFactory(name="Varmestugan"))
    cancel(lars, cafe, reason="STAFF_ILL", instead=other.pk)
    page = acting(robin).get("/idag/").text
    assert "Kaffe och samtal i dag klockan" in page
    assert "är inställt." in page
    assert "Varmestugan är öppet till" in page


def test_a_reason_is_asked_for(lars, cafe, coming):
    page = cancel(lars, cafe, instead="")
    assert page.status_code == 422
    assert "Välj ett svar: Varför är det inställt?" in page.text
    assert Session.objects.held().count() == 1


def test_what_anybody_types_as_another_open_place_is_refused(lars, cafe, kampen):
    closed = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(days=3))
    assert cancel(lars, cafe, reason="WEATHER", instead=closed.pk).status_code == 422


def test_taken_back_before_anybody_was_told_nobody_hears_of_it(lars, cafe, coming):
    cancel(lars, cafe, reason="WEATHER")
    assert "Passet blir av." in restore(lars, cafe).text
    assert told("session_cancelled") == set()
    assert told("session_restored") == set()
    assert Session.objects.held().count() == 1


def test_whoever_was_told_is_told_that_it_is_on_again(lars, cafe, coming):
    cancel(lars, cafe, reason="WEATHER")
    send("session_cancelled")
    restore(lars, cafe)
    assert told("session_restored") == {one.participant_id for one in coming}


def test_whoever_may_have_been_told_is_told_that_it_is_on_again(lars, cafe, coming):
    cancel(lars, cafe, reason="WEATHER")
    first, second = Reminder.objects.filter(kind="session_cancelled").order_by("pk")
    for row, line in [(first, Line.UNKNOWN), (second, Line.TRANSIENT)]:
        for one in (Line.BEGUN, line):
            call = {"lease_token": row.public_id, "line": one}
            ReminderAttempt.objects.create(reminder=row, **call)
    restore(lars, cafe)
    assert told("session_restored") == {first.recipient_id}


def test_cancelled_again_everybody_is_told_again(lars, cafe, coming):
    cancel(lars, cafe, reason="WEATHER")
    send("session_cancelled")
    restore(lars, cafe)
    send("session_restored")
    cancel(lars, cafe, reason="PREMISES")
    assert told("session_cancelled") == {one.participant_id for one in coming}


def test_after_ten_minutes_it_is_a_matter_for_the_phone(lars, cafe, coming):
    with time_machine.travel(timezone.now() - timedelta(minutes=11), tick=False):
        cancel(lars, cafe, reason="WEATHER")
    assert "Det går att ångra i tio minuter. Ring dem i stället." in restore(lars, cafe).text
    assert not Session.objects.held().exists()


def test_two_leaders_who_cancel_at_once_cancel_once(leader, cafe):
    first = Session.objects.get(pk=cafe.pk)
    now = timezone.now()
    cancel_session(session=cafe, by=leader, now=now, reason=CancelReason.WEATHER)
    with pytest.raises(SessionCancelled):
        cancel_session(session=first, by=leader, now=now, reason=CancelReason.OTHER)


def test_what_is_over_cannot_be_cancelled(leader, kampen):
    over = SessionFactory(activity=kampen, starts_at=timezone.now() - timedelta(hours=9))
    with pytest.raises(SessionOver):
        cancel_session(session=over, by=leader, now=timezone.now(), reason=CancelReason.OTHER)


def test_nobody_to_tell_is_said_as_it_is(lars, cafe):
    page = cancel(lars, cafe).text
    assert "Ingen har sagt att de kommer." in page
    assert "meddela" not in page
