"""*Idag*: what is open now, for everybody, and with one's own week for the person."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches

from activities.models import Contract, Session
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.factories import StepFactory

pytestmark = pytest.mark.django_db
TUESDAY = "2030-03-12"
NOW = at(TUESDAY, "10.20")


@pytest.fixture(autouse=True)
def tuesday_morning(robin):
    """It is Tuesday 12 March, 10.20; Robin's account is older, and nothing is remembered."""
    caches["pages"].clear()
    with time_machine.travel(NOW, tick=False):
        yield


def opens(name, starts, ends, *, day=TUESDAY, **activity):
    """Something to do on a day, from "10.00" to "16.00"."""
    made = ActivityFactory(name=name, **activity)
    return SessionFactory(activity=made, starts_at=at(day, starts), ends_at=at(day, ends))


def test_a_visitor_sees_what_is_open_now_later_and_this_evening(client):
    opens("Kvällsfika", "17.30", "20.00")
    opens("Cykelverkstad", "13.00", "15.00", tempo="STEADY", sign_up=True, seats=2)
    opens("Kaffe och samtal", "10.00", "16.00", thresholds=["SOBER"])
    page = client.get("/idag/").text
    order = [
        page.index(words)
        for words in (
            "Tisdag 12 mars, klockan 10.20",
            "Öppet nu",
            "Öppet till 16.00",
            "Kaffe och samtal",
            "Senare i dag",
            "Cykelverkstad",
            "I kväll, efter 16",
            "Kvällsfika",
        )
    ]
    assert order == sorted(order)
    for said in ("Ingen anmälan", "Nykter på plats", "2 platser kvar", "12 minuter till fots"):
        assert said in page


def test_a_visitor_just_comes_and_is_asked_for_no_account(client):
    opens("Kaffe och samtal", "10.00", "16.00")
    page = client.get("/idag/").text
    assert "Det är bara att komma." in page
    assert "Hitta hit" in page
    assert "Jag tänker komma" not in page
    assert "/konto/login/?next" not in page


def test_where_places_are_few_a_visitor_signs_in_hears_why_and_comes_back(client, robin):
    robin.user.set_password("tre-ord-i-rad")
    robin.user.save()
    session = opens("Datorhjälp", "10.00", "16.00", sign_up=True, seats=4)
    page = client.get("/idag/?tempo=lugnt").text
    link = f"/konto/login/?next=/idag/%3Ftempo%3Dlugnt%23s{session.pk}"
    assert f'href="{link}"' in page
    assert "Där är platserna få" not in client.get("/konto/login/?next=/plan/").text
    assert "Där är platserna få, så vi behöver veta vem du är." in client.get(link).text
    signed_in = client.post(link, {"login": "robin", "password": "tre-ord-i-rad"})
    assert signed_in.url == f"/idag/?tempo=lugnt#s{session.pk}"


def test_how_much_one_manages_is_answered_and_kept_nowhere(client):
    opens("Kaffe och samtal", "10.00", "16.00", tempo="CALM")
    opens("Gatulaget", "10.00", "16.00", tempo="BUSY")
    answer = client.get("/idag/?tempo=lugnt")
    assert "Gatulaget" not in answer.text
    assert "Vi sparar inte ditt svar." in answer.text
    assert not answer.cookies
    assert not client.session.keys()
    page = client.get("/idag/?tempo=mycket").text
    assert page.index("Gatulaget") < page.index("Kaffe och samtal")


def test_the_board_is_never_empty_because_of_an_answer(client):
    opens("Gatulaget", "10.00", "16.00", tempo="BUSY")
    page = client.get("/idag/?tempo=lugnt").text
    assert "Inget lugnt här nu. Här är allt." in page
    assert "Gatulaget" in page


def test_what_anybody_may_walk_in_to_comes_before_what_needs_a_place(client):
    opens("Corner", "9.00", "17.00", contract=Contract.SCHEDULE)
    opens("Kaffe och samtal", "10.00", "12.00")
    page = client.get("/idag/").text
    assert page.index("Kaffe och samtal") < page.index("Corner")


def test_three_cards_and_then_all(client):
    for number in range(60):
        opens(f"Kafé {number:02}", "10.00", "16.00")
    page = client.get("/idag/").text
    assert page.count("<article") == 3
    assert "Visa alla 60" in page
    page = client.get("/idag/?visa=oppet").text
    assert page.count("<article") == 50
    assert "Sida 1 av 2" in page
    assert client.get("/idag/?visa=oppet&sida=2").text.count("<article") == 10
    assert client.get("/idag/?visa=oppet&sida=77").text.count("<article") == 10  # the last one


def test_all_of_what_suits_is_as_many_as_promised(client):
    for number in range(4):
        opens(f"Kafé {number}", "10.00", "16.00", tempo="CALM")
    opens("Gatulaget", "10.00", "16.00", tempo="BUSY")
    assert "Visa alla 4" in client.get("/idag/?tempo=lugnt").text
    page = client.get("/idag/?tempo=lugnt&visa=oppet").text
    assert page.count("<article") == 4
    assert "Gatulaget" not in page


def test_a_part_that_has_emptied_shows_the_way_back(client):
    page = client.get("/idag/?visa=kvall").text
    assert "Inget här just nu." in page
    assert "Visa allt" in page


def test_only_the_evening_can_be_asked_for(client):
    opens("Kaffe och samtal", "10.00", "16.00")
    opens("Varmestugan", "9.00", "18.00")
    opens("Kvällsfika", "17.30", "20.00")
    page = client.get("/idag/?nar=kvall").text
    assert "Kaffe och samtal" not in page
    assert "Varmestugan" in page
    assert "Kvällsfika" in page


def test_a_night_cafe_is_open_after_midnight(client):
    made = ActivityFactory(name="Nattkafé")
    SessionFactory(activity=made, starts_at=at("2030-03-11", "20.00"), ends_at=at(TUESDAY, "2.00"))
    with time_machine.travel(at(TUESDAY, "1.30"), tick=False):
        assert "Öppet till 2.00" in client.get("/idag/").text


def test_an_early_door_is_open_and_a_closed_or_finished_one_is_gone(client, guide):
    early = opens("Tidig", "13.00", "15.00")
    closed = opens("Stängd", "10.00", "15.00")
    opens("Slut", "8.00", "10.00")
    Session.objects.filter(pk=early.pk).update(opened_at=NOW, opened_by=guide.user)
    Session.objects.filter(pk=closed.pk).update(closed_at=NOW, closed_by=guide.user)
    page = client.get("/idag/").text
    assert "Öppet till 15.00" in page
    assert "Tidig" in page
    assert "Stängd" not in page
    assert "Slut" not in page


def test_what_is_cancelled_says_so_and_why(client):
    off = opens("Gatulaget", "13.00", "15.00")
    Session.objects.filter(pk=off.pk).update(cancelled_at=NOW, cancel_reason="WEATHER")
    page = client.get("/idag/").text
    assert "Inställt i dag" in page
    assert "Vädret stoppar oss." in page


def test_when_all_doors_are_closed_the_next_one_and_a_number_to_ring_are_named(client):
    opens("Kvällsfika", "17.30", "20.00", day="2030-03-14")
    page = client.get("/idag/").text
    assert "Inget är öppet just nu. Nästa öppnar torsdag 14 mars klockan 17.30: Kvällsfika." in page
    assert "Du kan alltid ringa oss: 040-628\xa004\xa000." in page


def test_what_opens_later_today_is_named_by_its_hour(client):
    opens("Varmestugan", "17.30", "20.00")
    assert "Nästa öppnar klockan 17.30: Varmestugan." in client.get("/idag/").text


def test_an_empty_town_still_has_somebody_to_ring(client):
    page = client.get("/idag/").text
    assert "Inget är öppet just nu." in page
    assert "040-628\xa004\xa000" in page


@pytest.mark.parametrize(
    "asked", ["tempo=%00", "visa=<b>", "sida=-1", "visa=oppet&sida=99999999999", "nar=9&x=1"]
)
def test_nonsense_in_the_address_asks_for_nothing(client, asked):
    opens("Kaffe och samtal", "10.00", "16.00")
    page = client.get(f"/idag/?{asked}")
    assert page.status_code == 200
    assert "Kaffe och samtal" in page.text


def test_robin_is_greeted_and_sees_step_contact_and_week(acting, robin, robin_person):
    StepFactory(participant=robin_person, text="Träffa Samira", due_on=NOW.date())
    soon = opens("Cykelverkstad", "13.00", "15.00")
    SignUpFactory(session=soon, participant=robin_person)
    page = acting(robin).get("/idag/").text
    for said in (
        "Hej Robin!",
        "Snart: Cykelverkstad klockan 13.00",
        "Ditt nästa steg",
        "Träffa Samira",
        "Samira Lund",
        "Min vecka",
        "Du är med",
        "Jag kommer inte",
    ):
        assert said in page


def test_a_timetable_fills_the_week_without_a_press(acting, robin, robin_person):
    corner = ActivityFactory(name="Corner", contract=Contract.SCHEDULE)
    for day in ("2030-03-12", "2030-03-13", "2030-03-14"):
        SessionFactory(activity=corner, starts_at=at(day, "11.00"), ends_at=at(day, "15.00"))
    EnrolmentFactory(
        participant=robin_person,
        activity=corner,
        weekdays=[1, 3],
        started_on=NOW.date() - timedelta(days=9),
    )
    page = acting(robin).get("/idag/").text
    week = page[page.index("Min vecka") :]
    assert week.count("11.00") == 2
    assert "Torsdag" in week
    assert "Onsdag" not in week
    assert "Du har din plats där." in page


def test_a_day_with_nothing_planned_is_fine(acting, robin):
    page = acting(robin).get("/idag/").text
    assert "Inget inplanerat. Det är okej." in page
    assert "Du har inget inplanerat. Det är okej." in page


def test_a_crowded_day_costs_as_many_queries_as_an_empty_one(
    acting, robin, robin_person, queries_of
):
    browser = acting(robin)
    EnrolmentFactory(participant=robin_person, weekdays=[1])
    opens("Kaffe", "10.00", "16.00")
    one = queries_of(browser, "/idag/")
    assert one <= 12
    for number in range(30):
        session = opens(f"Kafé {number}", "10.00", "16.00")
        SignUpFactory(session=session, participant=robin_person)
        StepFactory(participant=robin_person)
    assert queries_of(browser, "/idag/") == one
    Session.objects.update(cancelled_at=NOW, cancel_reason="WEATHER")
    assert queries_of(browser, "/idag/") <= 12


def test_visitors_share_one_page_for_half_a_minute(client, queries_of):
    session = opens("Kaffe och samtal", "10.00", "16.00")
    assert queries_of(client, "/idag/") == 1
    assert queries_of(client, "/idag/") == 0
    session.activity.name = "Te och samtal"
    session.activity.save()
    assert "Kaffe och samtal" in client.get("/idag/").text
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert "Te och samtal" in client.get("/idag/").text


def test_what_one_visitor_adds_to_the_address_reaches_no_other(client):
    opens("Kaffe och samtal", "10.00", "16.00")
    client.get("/idag/?tempo=lugnt&x=%22%3E%3Cscript%3E")
    assert "script%3E" not in client.get("/idag/?tempo=lugnt").text


def test_a_signed_in_page_is_never_kept_and_never_shared(acting, robin, client):
    opens("Kaffe och samtal", "10.00", "16.00")
    own = acting(robin).get("/idag/")
    assert "no-store" in own["Cache-Control"]
    public = client.get("/idag/")
    assert "Hej Robin!" not in public.text
    assert "csrfmiddlewaretoken" not in public.text
    assert "s-maxage=30" in public["Cache-Control"]


def test_staff_read_the_board_without_buttons(acting, guide):
    opens("Kaffe och samtal", "10.00", "16.00")
    page = acting(guide).get("/idag/").text
    assert "Kaffe och samtal" in page
    assert "Jag tänker komma" not in page
