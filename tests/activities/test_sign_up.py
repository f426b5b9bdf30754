"""*Jag tänker komma* and *Anmäl mig*: one tap to say so, one to take it back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Contract, Session, SignUp
from activities.services import sign_ups
from portal.models import AuditEvent
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
)

pytestmark = pytest.mark.django_db


def press(browser, session, name="sign_up", **fields):
    return browser.post(reverse(f"activities:{name}", args=[session.pk]), fields, follow=True)


@pytest.fixture
def bikes(db):
    """A workshop with two places."""
    activity = ActivityFactory(name="Cykelverkstad", sign_up=True, seats=2)
    return SessionFactory(activity=activity)


def test_robin_says_that_robin_comes_and_takes_it_back(acting, robin, cafe):
    browser = acting(robin)
    page = press(browser, cafe)
    assert "Du är med! Kaffe och samtal" in page.text
    assert "Jag kommer inte" in page.text
    cafe.refresh_from_db()
    assert cafe.signed_up == 1
    page = press(browser, cafe, "sign_up_withdraw")
    assert "Okej, du kommer inte." in page.text
    cafe.refresh_from_db()
    assert cafe.signed_up == 0


def test_changing_ones_mind_back_and_forth_is_one_row(acting, robin, cafe):
    browser = acting(robin)
    for name in ("sign_up", "sign_up_withdraw", "sign_up", "sign_up"):
        press(browser, cafe, name)
    mine = SignUp.objects.get()
    assert mine.withdrawn_at is None
    cafe.refresh_from_db()
    assert cafe.signed_up == 1


def test_the_person_returns_to_the_choice_they_had_made(acting, robin, cafe):
    url = reverse("activities:sign_up", args=[cafe.pk])
    answer = acting(robin).post(url, {"next": "/idag/?tempo=lugnt#s1"})
    assert answer["Location"] == "/idag/?tempo=lugnt#s1"
    answer = acting(robin).post(url, {"next": "https://example.org/"})
    assert answer["Location"] == "/idag/"


def test_the_last_place_goes_to_one_and_the_next_hears_of_something_else(acting, robin, bikes):
    SignUpFactory(session=bikes)
    SignUpFactory(session=bikes)
    bikes.refresh_from_db()
    page = press(acting(robin), bikes)
    assert "Det är fullt." in page.text
    assert SignUp.objects.count() == 2


def test_a_place_that_is_given_back_is_free_for_somebody_else(robin, robin_person, bikes):
    first = SignUpFactory(session=bikes)
    SignUpFactory(session=bikes)
    sign_ups.withdraw(sign_up=first, by=robin, now=timezone.now())
    bikes.refresh_from_db()
    sign_ups.sign_up(session=bikes, participant=robin_person, by=robin, now=timezone.now())
    bikes.refresh_from_db()
    assert bikes.seats_left == 0


def test_who_has_a_place_keeps_it_when_pressing_again_in_a_full_house(robin, robin_person, bikes):
    mine = SignUpFactory(session=bikes, participant=robin_person)
    SignUpFactory(session=bikes)
    bikes.refresh_from_db()
    again = sign_ups.sign_up(session=bikes, participant=robin_person, by=robin, now=timezone.now())
    assert again == mine


@pytest.mark.parametrize(
    "fields",
    [
        {"cancelled_at": timezone.now(), "cancel_reason": "WEATHER"},
        {"starts_at": timezone.now() - timedelta(hours=5)},
    ],
    ids=["cancelled", "over"],
)
def test_nobody_signs_up_to_what_does_not_happen(acting, robin, kampen, fields):
    session = SessionFactory(activity=kampen, **fields)
    assert "Det är inte öppet längre." in press(acting(robin), session).text
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("contract", [Contract.SCHEDULE, Contract.MEMBER])
def test_a_place_comes_before_a_sign_up_where_people_have_places(acting, robin, contract):
    session = SessionFactory(activity=ActivityFactory(contract=contract))
    assert "Du behöver en plats där först." in press(acting(robin), session).text
    assert not SignUp.objects.exists()


def test_a_member_may_say_that_they_come(acting, robin, robin_person):
    house = ActivityFactory(name="Fontänhuset", contract=Contract.MEMBER)
    EnrolmentFactory(participant=robin_person, activity=house)
    session = SessionFactory(activity=house)
    assert "Du är med! Fontänhuset" in press(acting(robin), session).text


def test_each_press_leaves_one_line_in_the_log(acting, robin, robin_person, cafe):
    press(acting(robin), cafe)
    line = AuditEvent.objects.get(subject="sign_up")
    assert line.participants == [robin_person.pk]


def test_a_visitor_is_asked_to_sign_in_and_staff_have_no_such_button(client, acting, guide, cafe):
    answer = client.post(reverse("activities:sign_up", args=[cafe.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/login/")
    assert press(acting(guide), cafe).status_code == 403
    assert acting(guide).get(reverse("activities:sign_up", args=[cafe.pk])).status_code == 405


def test_a_session_that_does_not_exist_is_not_found(acting, robin):
    answer = acting(robin).post(reverse("activities:sign_up", args=[2**31]))
    assert answer.status_code == 404
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "strange", ["Robin\x00", "robin", "//example.org/", "/idag/\r\nSet-Cookie: a=b"]
)
def test_a_way_back_that_is_no_page_of_ours_leads_to_idag(acting, robin, robin_person, strange):
    session = SessionFactory()
    url = reverse("activities:sign_up", args=[session.pk])
    answer = acting(robin).post(url, {"next": strange})
    assert answer.url == reverse("activities:today")
    assert SignUp.objects.standing().filter(session=session).exists()
