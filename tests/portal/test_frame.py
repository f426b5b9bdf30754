"""The frame around each page, the words of days and times, and the icons."""

import re
from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.actor import NOBODY, Actor
from portal.models import Membership, User
from portal.permissions import Role
from portal.templatetags.dates import ago, clock, day, moment, near, short_day
from portal.templatetags.frame import STAFF, TABS, doors, looks
from portal.templatetags.icons import drawings, icon

TODAY = date(2024, 3, 14)
NEAR_MIDNIGHT = datetime(2024, 3, 13, 23, 30, tzinfo=UTC)  # already the 14th in Sweden


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2024, 3, 14), "i dag"),
        (date(2024, 3, 13), "i går"),
        (date(2024, 3, 15), "i morgon"),
        (date(2024, 3, 16), "lördag 16 mars"),
        (date(2023, 12, 31), "söndag 31 december 2023"),
        (NEAR_MIDNIGHT, "i dag"),
        (None, ""),
    ],
)
def test_day_is_said_as_people_say_it(value, words):
    assert near(value, TODAY) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2024, 3, 14), "i dag"),
        (date(2024, 3, 13), "i går"),
        (date(2024, 3, 11), "3 dagar sedan"),
        (date(2023, 3, 15), "365 dagar sedan"),
        (date(2024, 3, 15), "i morgon"),
        (None, ""),
    ],
)
def test_guide_reads_how_long_ago_it_was(value, words):
    assert ago(value, TODAY) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (time(9, 5), "9.05"),
        (time(16, 0), "16.00"),
        (datetime(2024, 7, 1, 11, 0, tzinfo=UTC), "13.00"),
        (datetime(2024, 1, 15, 12, 0, tzinfo=UTC), "13.00"),
        (None, ""),
    ],
)
def test_clock_is_swedish_in_summer_and_winter(value, words):
    assert clock(value) == words


def test_moment_names_day_and_clock():
    at = datetime(2024, 3, 14, 12, 0, tzinfo=UTC)
    assert moment(at) == "torsdag 14 mars klockan 13.00"
    assert moment(at, TODAY) == "i dag klockan 13.00"
    assert moment(None) == ""
    assert day(at) == "torsdag 14 mars"
    assert short_day(at) == "tors 14/3"


def request(path="/", **cookies):
    asked = RequestFactory().get(path)
    asked.COOKIES.update(cookies)
    return asked


def menu(actor, path="/"):
    return doors(Context({"request": request(path), "actor": actor}))


def colleague(role):
    return Actor(User(pk=1, username="x"), Membership(pk=1, role=role))


def test_participant_has_four_doors_in_the_same_order():
    opened = menu(Actor(User(pk=1, username="robin")))
    assert [str(door["label"]) for door in opened] == ["Idag", "Min plan", "Kontakt", "Mer"]


def test_visitor_has_no_menu_and_a_page_without_request_neither():
    assert menu(NOBODY) == []
    assert doors(Context({})) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTICIPANT])
def test_colleague_sees_only_doors_that_open(role):
    actor = colleague(role)
    shown = {str(door["label"]) for door in menu(actor)}
    assert shown == {
        str(door.label)
        for door in STAFF
        if door.permission is None or actor.has_perm(door.permission)
    }


def test_menu_marks_the_page_and_the_room_one_is_in():
    here = menu(Actor(User(pk=1, username="robin")), "/min-plan/")
    assert [door["current"] for door in here] == ["", "page", "", ""]
    below = menu(Actor(User(pk=1, username="robin")), "/min-plan/nytt/")
    assert [door["current"] for door in below] == ["", "true", "", ""]


@pytest.mark.parametrize(
    ("cookies", "chosen"),
    [
        ({}, 'data-theme="system"'),
        ({"theme": "dark"}, 'data-theme="dark"'),
        ({"theme": "light", "text": "larger"}, 'data-theme="light" data-text="larger"'),
        ({"theme": '"><script>', "text": "9"}, 'data-theme="system"'),
    ],
)
def test_look_is_what_this_browser_chose(cookies, chosen):
    assert looks(Context({"request": request(**cookies)})) == chosen


def test_person_chooses_dark_and_larger_and_meets_it_on_the_next_page(client, db):
    answer = client.post(
        "/utseende/", {"language": "sv", "theme": "dark", "text": "larger"}, follow=True
    )
    page = answer.content.decode()
    assert '<html lang="sv" data-theme="dark" data-text="larger">' in page
    assert "Klart. Du kan ändra tillbaka när du vill." in page


def test_look_that_does_not_exist_is_refused_kindly(client, db):
    answer = client.post("/utseende/", {"theme": "rosa"})
    assert answer.status_code == 422
    assert "Välj ett av svaren i listan." in answer.content.decode()
    assert "theme" not in answer.cookies


def test_every_icon_of_the_menus_is_drawn():
    for door in TABS:
        assert icon(door.icon).startswith('<svg class="i"')
    assert "door" in drawings("img/places.svg", "{}")


def test_icon_says_nothing_to_a_screen_reader():
    drawn = Template('{% load icons %}{% icon "phone" %}').render(Context())
    assert 'aria-hidden="true"' in drawn
    assert "<title" not in drawn


def test_misspelt_icon_stops_the_page():
    with pytest.raises(KeyError):
        icon("fone")


def test_way_on_from_a_page_that_does_not_exist_leads_where_its_words_say(acting, guide, robin):
    lost = acting(guide).get("/finns-inte/").text
    assert re.search(r'href="/">\s*Gå till din första sida', lost)
    lost = acting(robin).get("/finns-inte/").text
    assert re.search(r'href="/idag/"><svg.*?</svg>Gå till Idag', lost)
    assert "Gå till Idag" not in render_to_string("500.html")
