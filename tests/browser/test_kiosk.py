"""The screen at a door, as one sees and taps it; without script too."""

import pytest
from django.db import transaction

from activities.models import Attendance
from portal.sign_in import cards
from tests.activities.factories import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.browser import checks
from tests.conftest import signed_in

SCREEN = {"width": 1280, "height": 800}
SMALLEST = """() => Math.min(...[...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && one.offsetWidth > 1
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.fixture
def cafe(server, leader):
    with transaction.atomic():
        unit = leader.membership.unit
        return SessionFactory(activity=ActivityFactory(name="Kaffe och samtal", organiser=unit))


@pytest.fixture
def screen(server, leader):
    """The cookie of a browser that Lars has opened."""
    browser = signed_in(leader)
    browser.post("/kiosk/oppna/", headers={"host": "127.0.0.1"})
    value = browser.cookies["kiosk"].value
    return [{"name": "kiosk", "value": value, "domain": "127.0.0.1", "path": "/kiosk/"}]


@pytest.fixture
def members_list(server, leader, robin_person):
    """The cookie of a screen on which members run their list; Robin stands there."""
    with transaction.atomic():
        house = ActivityFactory(organiser=leader.membership.unit, contract="MEMBER")
        EnrolmentFactory(activity=house, participant=robin_person, on_list=True)
        today = SessionFactory(activity=house)
    browser = signed_in(leader)
    browser.post(f"/pass/{today.pk}/medlemmarna/", headers={"host": "127.0.0.1"})
    value = browser.cookies["medlemmar"].value
    return [{"name": "medlemmar", "value": value, "domain": "127.0.0.1", "path": "/medlemmar/"}]


def test_the_screens_hold_for_every_eye_and_hand(browser, server, screen, members_list, cafe):
    found = []
    with checks.window(browser, [*screen, *members_list]) as context:
        page = context.new_page()
        for path in ("/kiosk/", f"/kiosk/{cafe.pk}/", "/medlemmar/"):
            found += checks.look(page, server + path, checks.PUBLIC).lines
            page.set_viewport_size(SCREEN)
            assert page.evaluate(SMALLEST) >= 24
    assert found == []


def test_robin_comes_in_without_script(browser, server, screen, cafe, robin, guide):
    with transaction.atomic():
        card = cards.issue(user=robin.user, membership=guide.membership, pin="4711")
    with checks.window(browser, screen, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server}/kiosk/")
        page.get_by_role("link", name="Kaffe och samtal").click()
        page.get_by_label("Din kod, eller ditt kort").fill(f"{server}/konto/kort/#{card}")
        page.get_by_label("Kortets pinkod").fill("4711")
        page.get_by_role("button", name="Jag är här").click()
        assert page.get_by_role("heading", name="Välkommen!").is_visible()
        assert "Robin" not in page.content()
    assert Attendance.objects.count() == 1
