"""What is open today, read by programs that are not ours, also on the fullest day."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from icalendar import Calendar

from activities.models import Session
from tests.activities.factories import ActivityFactory, SessionFactory, at
from tests.feeds.reading import faults, read_calendar

pytestmark = pytest.mark.django_db
NOW = at("2030-03-12", "10.20")
MANY = 2_000


@pytest.fixture(autouse=True)
def tuesday_morning(db):
    caches["pages"].clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def day(db):
    """A bicycle workshop with places, football that is off, and a night that ends tomorrow."""
    bike = ActivityFactory(name="Cykelverkstad", sign_up=True, seats=4, cost=20)
    SessionFactory(activity=bike, starts_at=at("2030-03-12", "13.00"))
    off = SessionFactory(activity=ActivityFactory(name='Boll; "ute", å'), starts_at=NOW)
    Session.objects.filter(pk=off.pk).update(cancelled_at=NOW, cancel_reason="WEATHER")
    SessionFactory(
        activity=ActivityFactory(name="Nattkafé"),
        starts_at=at("2030-03-12", "22.00"),
        ends_at=at("2030-03-13", "2.00"),
    )


@pytest.fixture
def crowded(db):
    """Two thousand sessions of fifty activities, all on this day."""
    activities = [ActivityFactory() for _ in range(50)]
    begins = at("2030-03-12", "8.00")
    Session.objects.bulk_create(
        Session(activity=one, starts_at=start, ends_at=start + timedelta(hours=3))
        for one in activities
        for start in (begins + timedelta(minutes=20 * number) for number in range(MANY // 50))
    )


def test_two_readers_of_calendars_read_the_same_day(client, day):
    ics = client.get("/idag.ics").content
    ours = {
        (str(one["summary"]), str(one["status"]), one.decoded("dtstart").timestamp())
        for one in Calendar.from_ical(ics).events
    }
    found = read_calendar(ics)
    assert found["name"] == "En väg in: öppet i dag"
    theirs = {
        (one["summary"], one["status"], NOW.fromisoformat(one["starts"]).timestamp())
        for one in found["events"]
    }
    assert theirs == ours
    assert len(ours) == 3


def test_every_event_is_one_of_schema_org(client, day):
    answer = client.get("/idag.json").content
    assert len(json.loads(answer)["@graph"]) == 3
    assert faults(answer) == []


def test_the_schema_finds_an_event_that_lacks_what_is_asked(client, day):
    graph = json.loads(client.get("/idag.json").content)
    del graph["@graph"][0]["location"]["address"]
    graph["@graph"][1]["startDate"] = "i morgon"
    found = faults(json.dumps(graph).encode())
    assert len(found) == 2
    assert "address" in found[0]


def test_two_thousand_sessions_cost_the_board_one_query_and_three_cards_a_part(
    client, crowded, queries_of
):
    assert queries_of(client, "/idag/") == 1
    page = client.get("/idag/").text
    assert page.count("<article") == 9
    caches["pages"].clear()
    assert queries_of(client, "/idag/?visa=senare&sida=3") == 1
    assert client.get("/idag/?visa=senare&sida=3").text.count("<article") == 50


def test_two_thousand_sessions_are_all_in_the_feeds(client, crowded, queries_of):
    assert queries_of(client, "/idag.json") == 1
    assert len(json.loads(client.get("/idag.json").content)["@graph"]) == MANY
