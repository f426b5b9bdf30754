"""A screen at the door: opened by Lars, used by whoever comes, and by nobody's name."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from activities.models import Attendance, Session
from participants.models import Protection
from participants.services import protection
from portal.models import AuditEvent, Card
from portal.permissions import Role
from portal.sign_in import cards
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.conftest import signed_in
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PIN = "4711"


@pytest.fixture
def screen(leader):
    """A browser that Lars has opened at the door of Corner."""
    browser = signed_in(leader)
    assert browser.post("/kiosk/oppna/").status_code == 302
    return browser


@pytest.fixture
def card(robin, guide):
    return cards.issue(user=robin.user, membership=guide.membership, pin=PIN)


def come(screen, session, card, pin=PIN):
    return screen.post(f"/kiosk/{session.pk}/", {"card": card, "pin": pin})


def test_lars_opens_a_screen_and_is_signed_out_of_everything_else(leader, screen, cafe):
    page = screen.get("/kiosk/")
    assert "Kaffe och samtal" in page.text
    assert "Logga" not in page.text
    assert page.headers["Refresh"] == "300; url=/kiosk/"
    for path in ("/pass/", f"/pass/{cafe.pk}/"):
        assert screen.get(path).status_code == 302
    assert leader.user.first_name not in page.text


def test_without_a_leader_there_is_no_screen(client, cafe, screen):
    for path in ("/kiosk/", f"/kiosk/{cafe.pk}/", "/kiosk/valkommen/", "/kiosk/kvar/"):
        assert client.get(path).status_code == 404
    client.cookies["kiosk"] = screen.cookies["kiosk"].value + "x"
    assert client.get("/kiosk/").status_code == 404


def test_robin_checks_in_by_card_and_is_welcomed_without_a_name(screen, cafe, card, robin_person):
    answer = come(screen, cafe, card)
    assert answer.url == "/kiosk/valkommen/"
    page = screen.get(answer.url)
    assert "Välkommen!" in page.text
    assert "Robin" not in page.text
    assert page.headers["Refresh"] == "6; url=/kiosk/"
    row = Attendance.objects.get()
    assert (row.participant, row.session, row.author) == (robin_person, cafe, robin_person.user)
    line = AuditEvent.objects.get(subject="attendance")
    assert (line.role, line.participants) == ("PARTICIPANT", [robin_person.pk])


@pytest.mark.parametrize(
    "typed",
    [
        "http://testserver/konto/kort/#{}",
        "HTTP:&&TESTSERVER-KONTO-KORT-/{}",  # a reader that believes in another keyboard
        "{} ",
    ],
)
def test_a_reader_types_the_whole_address_of_the_card(screen, cafe, card, typed):
    assert come(screen, cafe, typed.format(card)).status_code == 302


def test_a_card_lets_nobody_in_to_anything_else(screen, cafe, card, robin):
    come(screen, cafe, card)
    assert screen.get("/min-plan/").status_code == 302
    assert "Hej Robin" not in screen.get("/idag/").text
    assert "_auth_user_id" not in screen.session


def test_coming_twice_is_coming_once(screen, cafe, card):
    come(screen, cafe, card)
    assert come(screen, cafe, card).status_code == 302
    assert Attendance.objects.count() == 1


def test_a_wrong_pin_is_counted_and_five_freeze_the_card(screen, cafe, card):
    for pin in ("1111", "2222", "3333", "4444", "5555"):
        answer = come(screen, cafe, card, pin)
        assert answer.status_code == 422
        assert "Kort och pinkod stämde inte. Fråga någon som arbetar här." in answer.text
        assert answer.context["form"]["card"].value() == ""
    assert Card.objects.get().wrong == 5
    assert come(screen, cafe, card).status_code == 422
    assert not Attendance.objects.exists()


def test_trying_without_end_is_stopped_for_the_door_and_not_for_the_town(
    screen, cafe, card, settings
):
    settings.ACCOUNT_RATE_LIMITS = {"kiosk": "2/m/key"}
    assert [come(screen, cafe, "a" * 32).status_code for _ in range(2)] == [422, 422]
    assert "Det blev många försök." in come(screen, cafe, card).text
    assert not Attendance.objects.exists()


def test_after_a_minute_the_screen_asks_and_then_begins_again_without_script(screen, cafe):
    form = screen.get(f"/kiosk/{cafe.pk}/")
    assert form.headers["Refresh"] == f"60; url=/kiosk/kvar/?pass={cafe.pk}"
    assert "no-store" in form.headers["Cache-Control"]
    still = screen.get(f"/kiosk/kvar/?pass={cafe.pk}")
    assert "Är du kvar?" in still.text
    assert f'href="/kiosk/{cafe.pk}/"' in still.text
    assert still.headers["Refresh"] == "15; url=/kiosk/"


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 40, quote("½")])
def test_a_screen_that_asks_about_nothing_is_answered_as_one(screen, asked):
    assert screen.get(f"/kiosk/kvar/?pass={asked}").status_code == 404


def test_only_what_the_own_unit_runs_today_is_on_the_screen(screen, cafe, card, kampen):
    other = SessionFactory(activity=ActivityFactory(name="Grannens fika"))
    tomorrow = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(days=1))
    off = SessionFactory(activity=kampen, starts_at=cafe.starts_at + timedelta(minutes=5))
    Session.objects.filter(pk=off.pk).update(cancelled_at=timezone.now(), cancel_reason="OTHER")
    assert "Grannens fika" not in screen.get("/kiosk/").text
    for session in (other, tomorrow, off):
        assert come(screen, session, card).status_code == 404


def test_where_one_has_a_place_of_ones_own_only_those_check_in(
    screen, workshop, card, robin_person
):
    today = SessionFactory(activity=workshop)
    answer = come(screen, today, card)
    assert "Prata med någon som arbetar här, så hjälper vi dig." in answer.text
    assert not Attendance.objects.exists()
    EnrolmentFactory(activity=workshop, participant=robin_person, weekdays=[0])
    assert come(screen, today, card).status_code == 302


def test_the_screen_ends_with_the_day_and_with_the_leader_s_work(screen, leader, cafe):
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert screen.get("/kiosk/").status_code == 404
    assert screen.get("/kiosk/").status_code == 200
    type(leader.membership).objects.update(ended_at=timezone.now())
    assert screen.get("/kiosk/").status_code == 404


def test_the_screen_can_be_closed_by_whoever_stands_there(screen):
    assert screen.post("/kiosk/stang/").status_code == 302
    assert screen.get("/kiosk/").status_code == 404


def test_whoever_signs_in_at_the_screen_has_no_screen(screen, leader, acting):
    browser = acting(leader)
    browser.cookies["kiosk"] = screen.cookies["kiosk"].value
    assert browser.get("/kiosk/").status_code == 404


def test_nobody_who_works_here_and_nobody_protected_checks_in_by_card(
    screen, cafe, card, robin, robin_person, manager, guide
):
    held = MembershipFactory(user=robin.user, role=Role.PEER_SUPPORTER)
    assert come(screen, cafe, card).status_code == 422
    type(held).objects.filter(pk=held.pk).update(ended_at=timezone.now())
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Kim",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    assert come(screen, cafe, card).status_code == 422
    assert not Attendance.objects.exists()


def test_lars_sees_at_the_door_who_has_come(screen, leader, cafe, card, robin_person):
    SignUpFactory(session=cafe, participant=robin_person)
    come(screen, cafe, card)
    page = signed_in(leader).get(f"/pass/{cafe.pk}/").text
    assert "Robin A." in page
    assert "här " in page
