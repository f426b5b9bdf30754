"""Swedish for everybody, English for who chooses it; never by what the phone happens to prefer."""

import re
from html import unescape

import pytest
from django.core.cache import caches
from django.urls import reverse

from tests.activities.factories import ActivityFactory, PlaceFactory, SessionFactory
from tests.conftest import signed_in
from tests.factories import StepFactory

SWEDISH = re.compile(r"\b(och|att|är|inte|för|som|du|din|dina|ditt|med|på|här|vi)\b", re.IGNORECASE)
PAGES = [
    *("activities:today", "activities:my_week_paper", "activities:my_calendar", "more"),
    *("participants:my_plan", "participants:my_step_write", "participants:my_contact"),
    *("participants:who_sees", "log:who_looked", "help", "appearance", "accessibility"),
    *("usersessions_list", "mfa_index", "employers:my_placements", "activities:my_release_list"),
]


@pytest.fixture
def robin_reads_english(robin, robin_person):
    caches["pages"].clear()
    browser = signed_in(robin)
    browser.post("/utseende/", {"language": "en", "theme": "system", "text": "usual"})
    return browser


def words(page):
    """Return the text of a page without what is in a language of its own, or a person's words."""
    main = page[page.index("<body") :]
    main = re.sub(r"<(\w+)[^>]*\b(?:lang=|data-theirs)[^>]*>.*?</\1>", " ", main, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", main.replace("En väg in", "")))


def test_robin_chooses_english_and_is_answered_in_it(robin_reads_english):
    answer = robin_reads_english.get("/idag/")
    assert '<html lang="en"' in answer.text
    assert "Hi Robin!" in answer.text
    assert "How much can you manage today?" in answer.text
    assert answer["Content-Language"] == "en"
    assert "Done. You can change back whenever you like." in answer.text


def test_a_visitor_who_chose_english_shares_no_page_with_the_others(client, db):
    caches["pages"].clear()
    client.cookies["language"] = "en"
    assert "This is open today" in client.get("/idag/").text
    client.cookies.clear()
    assert "Det här är öppet i dag" in client.get("/idag/").text


def test_what_the_phone_prefers_decides_nothing(client, db):
    caches["pages"].clear()
    page = client.get("/idag/", headers={"Accept-Language": "en-GB,en"}).text
    assert '<html lang="sv"' in page


@pytest.mark.parametrize("nonsense", ["xx", "en'", "../en", ""])
def test_a_language_that_nobody_speaks_here_is_swedish(client, db, nonsense):
    client.cookies["language"] = nonsense
    assert '<html lang="sv"' in client.get("/mer/").text


def test_the_way_to_english_is_in_english_on_every_page(client, db):
    page = client.get("/konto/login/").text
    assert '<a href="/utseende/" hreflang="en" lang="en">In English</a>' in page


def test_a_participants_pages_are_wholly_in_english(robin_reads_english, robin_person):
    StepFactory(participant=robin_person, text="Call the workshop")
    place = PlaceFactory(name="The house", address="12 Example street")
    activity = ActivityFactory(
        name="Coffee", summary="Coffee.", what_we_do="We drink coffee.", place=place
    )
    SessionFactory(activity=activity)
    found = {}
    for name in PAGES:
        answer = robin_reads_english.get(reverse(name))
        assert answer.status_code == 200, name
        if left := SWEDISH.findall(words(answer.text)):
            found[name] = left
    assert found == {}
