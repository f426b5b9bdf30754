"""The door list in a cellar: taps without a network are kept, and each is sent once."""

import pytest
from django.db import transaction
from django.urls import reverse

from activities.models import Attendance, Guest
from tests.activities.factories import (
    ActivityFactory,
    EventFactory,
    GuestSignUpFactory,
    SessionFactory,
    SignUpFactory,
)

WAITS = "skickas när nätet är tillbaka"


@pytest.fixture
def cellar(server, leader, robin_person):
    """Robin means to come to coffee in the cellar; the page is open on the leader's phone."""
    with transaction.atomic():
        activity = ActivityFactory(name="Kaffe och samtal", organiser=leader.membership.unit)
        session = SessionFactory(activity=activity)
        SignUpFactory(session=session, participant=robin_person)
    return session


@pytest.fixture
def page(open_page, cellar, leader):
    return open_page(reverse("activities:session_door", args=[cellar.pk]), leader)


def tap(page, name):
    """Tap as a hand does: not twice within a moment, which a wet screen may make of one tap."""
    page.wait_for_timeout(750)
    page.locator(".doors li", has_text=name).locator("button").first.click()


def settled(page):
    page.locator("[data-door]").wait_for(state="hidden")


def test_what_is_tapped_without_network_is_sent_in_order_and_once(page, cellar, robin_person):
    page.context.set_offline(True)
    tap(page, "Robin A.")
    row = page.locator(".doors li", has_text="Robin A.")
    row.get_by_text(WAITS).wait_for()
    assert page.get_by_text("Inget nät just nu.").is_visible()
    tap(page, "Robin A.")
    assert "gick " in row.inner_text()
    page.locator("#id_nickname").fill("Mannen med hunden")
    page.get_by_role("button", name="Skriv upp").click()
    page.get_by_role("button", name="En gäst till").click()
    assert page.locator(".doors li", has_text="Mannen med hunden").get_by_text(WAITS).is_visible()
    assert not Attendance.objects.exists()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "Mannen" not in kept
    assert str(robin_person.public_id) not in kept
    lost = []

    def cut(route):
        """The first answer is cut off after all has been done; the next is a café's own page."""
        lost.append(route.request.post_data)
        if len(lost) == 1:
            route.fetch()
            return route.abort("connectionreset")
        if len(lost) == 2:
            return route.fulfill(status=200, body="<h1>Välkommen till kaféets nät</h1>")
        return route.continue_()

    page.route("**/tryck/", cut)
    page.context.set_offline(False)
    for number in (1, 2):
        page.wait_for_timeout(500)
        assert len(lost) == number
        assert page.locator("[data-late]").count()  # what is to be sent again still waits
        page.evaluate("dispatchEvent(new Event('online'))")
    settled(page)
    visit, guest = Attendance.objects.get(), Guest.objects.get()
    assert (visit.participant, visit.left_at is not None) == (robin_person, True)
    assert guest.nickname == "Mannen med hunden"
    cellar.refresh_from_db()
    assert cellar.guests == 1
    assert "1 tänker komma, 2 är här" in page.locator(".head").inner_text()


def test_a_guest_who_signed_up_comes_and_goes_without_network_and_is_there_once(
    open_page, server, leader
):
    with transaction.atomic():
        session = SessionFactory(activity=EventFactory(organiser=leader.membership.unit))
        GuestSignUpFactory(session=session, name="Ines")
    page = open_page(reverse("activities:session_door", args=[session.pk]), leader)
    page.context.set_offline(True)
    tap(page, "Ines")
    row = page.locator(".doors li", has_text="Ines")
    row.get_by_text(WAITS).wait_for()
    tap(page, "Ines")
    assert "gick " in row.inner_text()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    settled(page)
    guest = Guest.objects.get()
    assert (guest.nickname, guest.left_at is not None) == ("Ines", True)
    assert page.locator(".doors li", has_text="Ines").count() == 1


def test_who_has_been_signed_out_loses_nothing_and_signs_in_again(page, cellar, cookies, leader):
    page.context.clear_cookies()
    tap(page, "Robin A.")
    page.get_by_text("Du är utloggad.").wait_for()
    assert page.get_by_role("link", name="Logga in i en ny flik").is_visible()
    assert not Attendance.objects.exists()
    page.context.add_cookies(cookies(leader))
    page.locator("#main > *").first.evaluate("one => { one.dataset.old = '' }")
    page.evaluate("dispatchEvent(new Event('focus'))")
    settled(page)
    assert Attendance.objects.noted().count() == 1
    assert page.locator("#senast .here").is_visible()
    page.locator("[data-old]").wait_for(state="detached")  # read anew: no tap may fall between
    page.get_by_role("button", name="En i sällskap").click()
    page.get_by_text("+ 1 i sällskap").wait_for()


def test_a_finger_that_is_down_while_the_list_is_read_anew_still_taps(page, cellar):
    lists = []
    page.route("**/pass/*/?senast=*", lambda route: lists.append(route))  # noqa: PLW0108 (as it must be)
    with page.expect_request("**/pass/*/?senast=*"):
        tap(page, "Robin A.")
    page.get_by_role("button", name="En gäst till").hover()
    page.mouse.down()
    with page.expect_response("**/pass/*/?senast=*"):
        lists[0].continue_()
    page.wait_for_timeout(200)  # as long as a finger is down
    page.unroute("**/pass/*/?senast=*")
    with page.expect_response("**/pass/*/?senast=*"):
        page.mouse.up()
    settled(page)
    assert page.locator(".counter output").inner_text() == "1"
    assert Attendance.objects.noted().count() == 1
