"""Ready for Arabic: from right to left, and with Arabic words, a page holds at 320 px."""

from django.db import transaction
from django.utils import translation

from portal.templatetags.phones import dial, phone
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.browser import checks, scripts
from tests.factories import ContactFactory, StepFactory

# Where the town's own words stand, they may be in Arabic.
IN_ARABIC = """() => {
  for (const one of document.querySelectorAll(".title a, strong, [data-theirs]"))
    one.textContent = "\u0642\u0647\u0648\u0629 \u0648\u062d\u062f\u064a\u062b";
}"""

# How a note and a card lie: the line of time is on the side where words begin.
LOOKS = """() => {
  const line = getComputedStyle(document.querySelector(".timeline > li") || document.body);
  const [arrow, name] = ["summary", ".title a"].map((one) => document.querySelector(one));
  return {
    arrow: arrow && getComputedStyle(arrow, "::before").transform.startsWith("matrix(-0.7"),
    name: name && getComputedStyle(name).unicodeBidi,
    direction: getComputedStyle(document.querySelector("h1")).direction,
    left: parseFloat(line.borderLeftWidth), right: parseFloat(line.borderRightWidth),
  };
}"""


def test_pages_hold_together_from_right_to_left(open_page, robin_person, robin, guide, server):
    with transaction.atomic():
        StepFactory(participant=robin_person, text="Ring verkstaden")
        ContactFactory(participant=robin_person, author=guide.user)
        SessionFactory(activity=ActivityFactory(name="Kaffe och samtal"))
    page = open_page("/hjalp/", robin)
    page.set_viewport_size(checks.VIEWS["narrow"][0])
    found, lines, arrows, names = [], [], set(), set()
    for path in ("/idag/", "/min-plan/", "/kontakt/", "/vecka/utskrift/", "/oppet-i-stan/"):
        page.goto(server + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        page.evaluate(IN_ARABIC)
        looks = page.evaluate(LOOKS)
        assert looks["direction"] == "rtl"
        lines.append((looks["left"], looks["right"]))
        arrows.add(looks["arrow"])
        names.add(looks["name"])
        found += [(path, page.evaluate(one)) for one in (scripts.OVERFLOW, scripts.CLIPPED)]
    assert [(path, fault) for path, fault in found if fault] == []
    assert (0, 2) in lines
    assert arrows == {None, True}  # what folds out points to where one reads on
    assert names == {None, "plaintext"}  # a Swedish name keeps its full stop at its end


def test_a_number_to_ring_is_read_as_it_is_dialled():
    with translation.override("ar"):
        assert phone("040-628 04 00") == "\u2066040-628\xa004\xa000\u2069"
        assert dial(phone("040-628 04 00")) == "tel:0406280400"
    with translation.override("sv"):
        assert phone("040-628 04 00") == "040-628\xa004\xa000"
