"""A person's times in their own calendar: what a calendar reads, and what nobody can."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from activities.models import CalendarAddress, Contract, Session
from participants.models import Protection
from participants.services import protection
from portal.models import AuditEvent
from portal.permissions import Role
from portal.sessions import How
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.conftest import signed_in
from tests.factories import MembershipFactory, StepFactory, UserFactory
from tests.feeds.reading import read_calendar

pytestmark = pytest.mark.django_db
NOW = at("2030-03-12", "10.20")  # a Tuesday; clocks go forward on the 31st
TELLING = (
    "Corner",
    "Cykelverkstad",
    "verkstaden",
    "Robin",
    "Samira",
    "Huset",
    "Exempelgatan",
    "Idag",
)


@pytest.fixture(autouse=True)
def tuesday_morning(robin):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def planned(robin_person):
    """Robin comes to the bicycles, has Wednesdays at Corner, and a step on Thursday."""
    bike = ActivityFactory(name="Cykelverkstad")
    chosen = SessionFactory(
        activity=bike, starts_at=at("2030-03-14", "13.00"), ends_at=at("2030-03-14", "15.00")
    )
    SignUpFactory(session=chosen, participant=robin_person)
    corner = ActivityFactory(name="Corner", contract=Contract.SCHEDULE)
    for day in ("2030-03-13", "2030-03-15", "2030-04-03"):
        SessionFactory(activity=corner, starts_at=at(day, "9.00"), ends_at=at(day, "12.00"))
    EnrolmentFactory(participant=robin_person, activity=corner, weekdays=[2], started_on=NOW.date())
    StepFactory(participant=robin_person, text="Ring verkstaden", due_on=date(2030, 3, 14))
    return chosen


@pytest.fixture
def address(robin):
    """The address that Robin has made, as the page shows it."""
    page = signed_in(robin).post("/min-kalender/ny/").text
    start = page.index("/kalender/")
    return page[start : page.index(".ics", start) + 4]


def times(ics):
    found = [
        (one.decoded("dtstart"), str(one["summary"])) for one in Calendar.from_ical(ics).events
    ]
    return sorted(found, key=lambda one: one[0].isoformat())


def test_a_calendar_reads_when_and_never_what_where_or_with_whom(client, planned, address):
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert times(answer.content) == [
        (datetime(2030, 3, 13, 8, tzinfo=UTC), "Du har en tid"),
        (date(2030, 3, 14), "Något du har planerat"),
        (datetime(2030, 3, 14, 12, tzinfo=UTC), "Du har en tid"),
        (datetime(2030, 4, 3, 7, tzinfo=UTC), "Du har en tid"),
    ]
    for said in TELLING:
        assert said not in answer.text
    assert "040-628 04 00" in answer.text


def test_another_implementation_reads_the_same(client, planned, address):
    found = read_calendar(client.get(address).content)
    assert found["name"] == "Mina tider"
    assert sorted((one["starts"], one["summary"]) for one in found["events"]) == [
        ("2030-03-13T08:00:00.000Z", "Du har en tid"),
        ("2030-03-14", "Något du har planerat"),
        ("2030-03-14T12:00:00.000Z", "Du har en tid"),
        ("2030-04-03T07:00:00.000Z", "Du har en tid"),
    ]
    assert {one["location"] for one in found["events"]} == {None}
    assert len({one["uid"] for one in found["events"]}) == 4


def test_a_cancelled_time_keeps_its_place_and_says_so(client, planned, address):
    def of_the_bike():
        events = Calendar.from_ical(client.get(address).content).events
        return next(one for one in events if one.decoded("dtstart") == planned.starts_at)

    before = of_the_bike()
    Session.objects.filter(pk=planned.pk).update(cancelled_at=NOW, cancel_reason="WEATHER")
    after = of_the_bike()
    assert (after["uid"], str(after["status"])) == (before["uid"], "CANCELLED")
    assert str(after["summary"]) == "Tiden är inställd"


def test_the_address_is_shown_once_and_stands_nowhere_in_the_clear(robin, address):
    secret = address.removeprefix("/kalender/").removesuffix(".ics")
    assert len(secret) == 32
    page = signed_in(robin).get("/min-kalender/").text
    assert secret not in page
    assert "Du har en adress" in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT activities_calendaraddress::text FROM activities_calendaraddress")
        assert secret not in cursor.fetchone()[0]


def test_wrong_and_revoked_are_answered_as_any_page_that_is_not_there(client, robin, address):
    signed_in(robin).post("/min-kalender/bort/")
    revoked, wrong = client.get(address), client.get(f"/kalender/{'a' * 32}.ics")
    missing = client.get("/finns-inte.ics")
    assert revoked.status_code == wrong.status_code == missing.status_code == 404
    assert revoked.content == wrong.content == missing.content


def test_a_new_address_ends_the_one_before(client, robin, address):
    page = signed_in(robin).post("/min-kalender/ny/").text
    assert address not in page
    assert client.get(address).status_code == 404
    assert CalendarAddress.objects.working().count() == 1


def test_the_log_has_one_line_a_day_however_often_a_calendar_asks(client, planned, address):
    for hours in (0, 1, 2, 24, 25):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            assert client.get(address).status_code == 200
    lines = AuditEvent.objects.filter(subject="calendar", act="EXPORT")
    assert [(one.role, len(one.participants)) for one in lines] == [("PARTICIPANT", 1)] * 2


def test_the_person_reads_when_a_calendar_last_fetched(client, robin, planned, address):
    assert "Ingen kalender har hämtat dina tider än." in signed_in(robin).get("/min-kalender/").text
    client.get(address)
    assert "En kalender hämtade dina tider i dag." in signed_in(robin).get("/min-kalender/").text


def test_guessing_is_stopped_and_so_is_asking_without_end(client, settings, address):
    settings.ACCOUNT_RATE_LIMITS = {"calendar": "5/m/ip", "calendar_address": "2/h/key"}
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    guesses = [client.get(f"/kalender/{'b' * 32}.ics").status_code for _ in range(3)]
    assert guesses == [404, 404, 429]


def test_whom_a_card_has_let_in_makes_no_address_that_outlives_it(robin):
    browser = signed_in(robin, how=How.CARD)
    assert browser.post("/min-kalender/ny/").status_code == 403
    assert "min-kalender" not in browser.get("/idag/").text


def test_a_closed_account_and_one_that_begins_to_work_here_answer_nothing(client, robin, address):
    MembershipFactory(user=robin.user, role=Role.PEER_SUPPORTER)
    assert client.get(address).status_code == 404
    robin.user.memberships.update(ended_at=NOW)
    assert client.get(address).status_code == 200
    robin.user.is_active = False
    robin.user.save()
    assert client.get(address).status_code == 404


def test_protected_identity_has_no_address_and_an_old_one_falls_silent(
    client, robin, robin_person, manager, guide, planned, address
):
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Kim",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    assert client.get(address).status_code == 404
    browser = signed_in(robin)
    page = browser.post("/min-kalender/ny/", follow=True).text
    assert "/kalender/" not in page
    assert "Det här är stängt för dig, för att du ska vara trygg." in page
    assert "Stoppa adressen" not in page


def test_a_secret_opens_one_person_s_times_and_no_session(client, planned, address):
    other = UserFactory(username="kim")
    answer = client.get(address)
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert Client().get("/min-plan/").status_code == 302
    assert not CalendarAddress.objects.filter(user=other).exists()


def test_a_calendar_costs_as_many_queries_for_many_times(client, robin_person, planned, address):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    asked()
    few = asked()
    for number in range(10):
        SignUpFactory(
            session=SessionFactory(starts_at=NOW + timedelta(days=number + 1)),
            participant=robin_person,
        )
    assert asked() == few
