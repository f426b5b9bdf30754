"""Ready for Arabic: read from right to left, a page holds together at 320 px."""

from django.db import transaction

from tests.activities.factories import ActivityFactory, SessionFactory
from tests.browser import checks, scripts
from tests.factories import ContactFactory, StepFactory

# How a note and a card lie: the line of time is on the side where words begin.
LOOKS = """() => {
  const line = getComputedStyle(document.querySelector(".timeline > li") || document.body);
  return {
    direction: getComputedStyle(document.querySelector("h1")).direction,
    left: parseFloat(line.borderLeftWidth), right: parseFloat(line.borderRightWidth),
  };
}"""


def test_three_pages_hold_together_from_right_to_left(
    open_page, robin_person, robin, guide, server
):
    with transaction.atomic():
        StepFactory(participant=robin_person, text="Ring verkstaden")
        ContactFactory(participant=robin_person, author=guide.user)
        SessionFactory(activity=ActivityFactory(name="Kaffe och samtal"))
    page = open_page("/hjalp/", robin)
    page.set_viewport_size(checks.VIEWS["narrow"][0])
    found, lines = [], []
    for path in ("/idag/", "/min-plan/", "/kontakt/"):
        page.goto(server + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        looks = page.evaluate(LOOKS)
        assert looks["direction"] == "rtl"
        lines.append((looks["left"], looks["right"]))
        found += [(path, page.evaluate(one)) for one in (scripts.OVERFLOW, scripts.CLIPPED)]
    assert [(path, fault) for path, fault in found if fault] == []
    assert (0, 2) in lines
