"""Everything one may wonder before going there, and the same for machines."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from icalendar import Calendar

from activities.models import Contract, Session
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    PlaceFactory,
    SessionFactory,
    SignUpFactory,
    at,
)

pytestmark = pytest.mark.django_db
TUESDAY = "2030-03-12"
NOW = at(TUESDAY, "10.20")


@pytest.fixture(autouse=True)
def tuesday_morning(robin):
    """It is Tuesday 12 March, 10.20; Robin's account is older, and nothing is remembered."""
    caches["pages"].clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bikes(db):
    place = PlaceFactory(
        name="Hemlösas hus",
        address="Exempelgatan 52",
        way="Gå längs kajen.",
        bus="Buss 2, hållplats Exempelkajen",
        door="Garageport som står öppen.",
    )
    return ActivityFactory(
        slug="cykelverkstad",
        name="Cykelverkstad",
        place=place,
        what_we_do="Vi lagar cyklar.",
        leads_to="Praktik i verkstad.",
        thresholds=["SOBER", "ADULT"],
        cost=35,
        pick_up=True,
        quiet_room=True,
        phone="+46701740699",
        sign_up=True,
        seats=4,
    )


@pytest.fixture
def today(bikes):
    return SessionFactory(
        activity=bikes, starts_at=at(TUESDAY, "12.00"), ends_at=at(TUESDAY, "15.00")
    )


def test_the_page_says_what_how_where_and_whom_to_ring(client, bikes, today):
    page = client.get("/aktiviteter/cykelverkstad/").text
    for said in (
        "Vi lagar cyklar.",
        "Vad kan det leda till?",
        "Praktik i verkstad.",
        "Gå längs kajen.",
        "Buss 2, hållplats Exempelkajen",
        "Garageport som står öppen.",
        "Nykter på plats. Från 18 år",
        "35 kronor",
        "Vi kan komma och hämta dig.",
        "12.00 till 15.00",
        "4 platser kvar",
        "070-174\xa006\xa099",
    ):
        assert said in page


def test_an_activity_without_a_number_names_the_house_that_answers(client):
    made = ActivityFactory(slug="kaffe")
    made.organiser.phone = "040-628 04 10"
    made.organiser.save()
    page = client.get("/aktiviteter/kaffe/").text
    assert 'href="tel:0406280410"' in page
    assert "Kom som du är" in page
    assert "Det måste inte leda någonstans." in page
    assert "Inget är planerat den närmaste veckan." in page


def test_robin_signs_up_from_the_page_and_sees_it_there(acting, robin, robin_person, today):
    browser = acting(robin)
    assert "Anmäl mig" in browser.get("/aktiviteter/cykelverkstad/").text
    SignUpFactory(session=today, participant=robin_person)
    page = browser.get("/aktiviteter/cykelverkstad/").text
    assert "Du är med" in page
    assert "Jag kommer inte" in page


def test_a_house_of_members_says_how_one_becomes_one(client, acting, robin, robin_person):
    house = ActivityFactory(slug="fontanhuset", contract=Contract.MEMBER)
    SessionFactory(activity=house, starts_at=NOW)
    assert "Här är man medlem" in client.get("/aktiviteter/fontanhuset/").text
    EnrolmentFactory(participant=robin_person, activity=house)
    page = acting(robin).get("/aktiviteter/fontanhuset/").text
    assert "Här är man medlem" not in page
    assert "Jag tänker komma" in page


def test_five_days_stand_first_and_the_rest_are_folded(client, bikes):
    for day in range(7):
        start = at(TUESDAY, "12.00") + timedelta(days=day)
        SessionFactory(activity=bikes, starts_at=start)
    page = client.get("/aktiviteter/cykelverkstad/").text
    assert page.index("Visa fler dagar") > page.index("Lördag")
    assert page.index("Visa fler dagar") < page.index("Söndag")


def test_an_address_that_is_not_there_is_not_found(client):
    assert client.get("/aktiviteter/ingenting/").status_code == 404


def test_a_calendar_reads_today_with_its_cancellations(client, bikes, today):
    off = SessionFactory(activity=ActivityFactory(name="Gatulaget; fotboll, ute"), starts_at=NOW)
    Session.objects.filter(pk=off.pk).update(cancelled_at=NOW, cancel_reason="WEATHER")
    SessionFactory(activity=bikes, starts_at=NOW + timedelta(days=1))
    answer = client.get("/idag.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    events = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {"Cykelverkstad", "Gatulaget; fotboll, ute"}
    bike = events["Cykelverkstad"]
    assert (bike.decoded("DTSTART"), bike.decoded("DTEND")) == (today.starts_at, today.ends_at)
    assert str(bike["LOCATION"]) == "Hemlösas hus, Exempelgatan 52"
    assert str(events["Gatulaget; fotboll, ute"]["STATUS"]) == "CANCELLED"


def test_the_same_session_keeps_its_name_in_the_calendar(client, today):
    before = Calendar.from_ical(client.get("/idag.ics").content).walk("VEVENT")[0]["UID"]
    caches["pages"].clear()
    Session.objects.update(ends_at=today.ends_at + timedelta(hours=1))
    assert Calendar.from_ical(client.get("/idag.ics").content).walk("VEVENT")[0]["UID"] == before


def test_other_services_read_schema_org_events(client, today):
    answer = client.get("/idag.json")
    assert answer["Content-Type"].startswith("application/ld+json")
    (event,) = json.loads(answer.content)["@graph"]
    assert event["@type"] == "Event"
    assert event["startDate"] == "2030-03-12T12:00:00+01:00"
    assert event["remainingAttendeeCapacity"] == 4
    assert event["isAccessibleForFree"] is False
    assert event["location"]["address"]["streetAddress"] == "Exempelgatan 52"


def test_no_feed_tells_who_comes(client, today, robin_person):
    SignUpFactory(session=today, participant=robin_person)
    for feed in ("/idag.ics", "/idag.json"):
        assert "Robin" not in client.get(feed).text
