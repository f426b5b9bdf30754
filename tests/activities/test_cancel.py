"""*Ställ in*: the exact message, who gets it, and ten minutes to think again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.models import CancelReason, Session
from activities.services.sessions import (
    SessionCancelled,
    SessionOver,
    cancel_session,
)
from portal.reminders.models import Reminder, Status
from tests.activities.factories import ActivityFactory, SessionFactory, SignUpFactory
from tests.servers import as_owner

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
    with as_owner():
        Reminder.objects.filter(kind=kind).update(
            status=Status.ACCEPTED, ended_at=timezone.now(), lease_token=None
        )


def test_lars_reads_the_message_and_who_gets_it_before_anything_happens(lars, cafe, coming):
    page = cancel(lars, cafe).text
    assert "2 personer tänker komma" in page
    assert "Robin A." in page
    assert "är inställd. Logga in och se vad mer som är öppet" in page
    assert "Ställ in och meddela 2" in page
    assert not Reminder.objects.filter(kind="session_cancelled").exists()


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
    assert "Välj: Varför är det inställt?" in page.text
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
