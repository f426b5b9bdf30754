"""Idag and the door, looked at and pressed in a real browser; the core tasks without JavaScript."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Contract, Session
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    PlaceFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.factories import ParticipantFactory, StepFactory
from tests.size import some


@pytest.fixture
def cafe(server, leader):
    """Coffee that Lars runs, open now, with everything there is to say about it."""
    place = PlaceFactory(
        name="Kämpen",
        address="Exempelgatan 4",
        way="Följ gatan söderut. Huset är gult.",
        bus="Buss 3, hållplats Exempelparken",
        door="Gul dörr. Den är olåst när vi har öppet.",
    )
    activity = ActivityFactory(
        slug="kaffe-och-samtal",
        name="Kaffe och samtal",
        place=place,
        organiser=leader.membership.unit,
        thresholds=["SOBER"],
        welcome="Säg hej till den som har väst.",
        leads_to="Några går vidare till köket.",
        pick_up=True,
        picture="COFFEE",
    )
    return SessionFactory(activity=activity)


@pytest.fixture
def town(cafe, robin_person):
    """One of each: places left, full, for members, by timetable, later, cancelled."""
    now = timezone.now()
    bikes = ActivityFactory(name="Cykelverkstad", sign_up=True, seats=1, picture="BIKE")
    SignUpFactory(session=SessionFactory(activity=bikes), participant=ParticipantFactory())
    SessionFactory(activity=bikes, starts_at=now + timedelta(minutes=1))
    for contract, name in ((Contract.MEMBER, "Fontänhuset"), (Contract.SCHEDULE, "Corner")):
        SessionFactory(activity=ActivityFactory(name=name, contract=contract, tempo="STEADY"))
    off = SessionFactory(activity=ActivityFactory(name="Gatulaget", tempo="BUSY"))
    SignUpFactory(session=off, participant=robin_person)
    Session.objects.filter(pk=off.pk).update(
        cancelled_at=now, cancel_reason="WEATHER", instead=cafe
    )
    StepFactory(participant=robin_person)
    return cafe


@pytest.fixture
def at_the_door(cafe, robin_person):
    """Robin means to come, Kim is here, Mika has gone."""
    SignUpFactory(session=cafe, participant=robin_person)
    AttendanceFactory(session=cafe, participant=ParticipantFactory(first_name="Kim"))
    AttendanceFactory(
        session=cafe, participant=ParticipantFactory(first_name="Mika"), left_at=timezone.now()
    )
    return reverse("activities:session_door", args=[cafe.pk])


def test_the_board_of_everybody(check_pages, town):
    asked = some(["", "?tempo=mycket", "?visa=oppet", "?nar=kvall"], 2)
    check_pages([(f"/idag/{one}", None) for one in asked])


def test_the_board_of_an_empty_town(check_page, server, robin):
    for who in some([None, robin], 1):
        check_page("/idag/", who)


def test_robins_day_and_the_page_of_an_activity(check_pages, town, robin):
    check_pages([("/idag/", None), ("/aktiviteter/kaffe-och-samtal/", None)], robin)


def test_the_door(check_page, at_the_door, leader):
    check_page(at_the_door, leader)


def test_robin_says_yes_and_no_without_javascript(open_page, cafe, robin):
    page = open_page("/idag/", robin, java_script_enabled=False)
    page.get_by_role("button", name="Jag tänker komma").click()
    page.get_by_text("Du är med! Kaffe och samtal").wait_for()
    page.get_by_role("button", name="Jag kommer inte").click()
    page.get_by_text("Okej, du kommer inte.").wait_for()
    page.get_by_role("button", name="Jag tänker komma").wait_for()


def test_lars_checks_in_and_takes_it_back_without_javascript(
    open_page, at_the_door, leader, robin_person
):
    page = open_page(at_the_door, leader, java_script_enabled=False)
    page.get_by_role("button", name="Robin A.").click()
    page.get_by_role("button", name="Ångra").click()
    page.get_by_role("button", name="Robin A. Tänker komma").wait_for()
    page.get_by_role("button", name="En gäst till").click()
    assert page.locator("output").inner_text() == "1"


def test_a_row_at_the_door_is_one_button_of_56_pixels(open_page, at_the_door, leader):
    page = open_page(at_the_door, leader)
    for row in page.locator(".doors button").all():
        box = row.bounding_box()
        assert box["height"] >= 56
        assert box["width"] >= 300


def test_undo_is_smaller_than_a_person_and_stands_apart(open_page, at_the_door, leader):
    page = open_page(at_the_door, leader)
    page.get_by_role("button", name="Robin A.").click()
    page.locator("#senast .here").wait_for()
    undo = page.get_by_role("button", name="Ångra").bounding_box()
    after = page.locator("#senast + li").bounding_box()
    assert 44 <= undo["height"] < 56
    assert undo["width"] < 150
    assert after["y"] - undo["y"] - undo["height"] >= 16


def test_what_a_tap_does_looks_like_an_act_and_what_is_meant_does_not(
    open_page, at_the_door, leader
):
    row = open_page(at_the_door, leader).get_by_role("button", name="Robin A.")
    colours = [
        row.get_by_text(words).evaluate("one => getComputedStyle(one).color")
        for words in ("tänker komma", "Är här")
    ]
    assert len(set(colours)) == 2


def test_cancelling_takes_three_taps(open_page, at_the_door, leader):
    page = open_page(at_the_door, leader, java_script_enabled=False)
    page.get_by_role("link", name="Ställ in passet").click()
    page.get_by_label("Vädret stoppar oss").check()
    page.get_by_role("button", name="Ställ in och meddela 1").click()
    page.get_by_text("Passet är inställt.").wait_for()
    page.get_by_role("button", name="Ångra: passet blir av").wait_for()
