"""On paper: black on white, and nothing that would have been pressed."""

import pytest
from django.urls import reverse

from participants.models import Mode
from portal.models import AuditEvent
from tests.factories import ContactFactory, StepFactory

PRESSED = ".btn, .choice, .filter, a.pill, .t .go, nav, [aria-labelledby=manage] p"
# colours that are neither black, white nor grey, of all that is drawn
COLOURED = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility())
  .flatMap((one) => ["color", "backgroundColor", "borderTopColor", "fill", "stroke"].map((name) => {
    const said = getComputedStyle(one)[name];
    const [red, green, blue, seen = 1] = (said.match(/[\\d.]+/g) || []).map(Number);
    const grey = red === undefined || seen === 0 || (red === green && green === blue);
    return grey ? "" : `${one.tagName}.${one.getAttribute("class")} ${name}: ${said}`;
  })).filter(Boolean)"""


@pytest.fixture
def printed(open_page):
    def show(path, who=None):
        page = open_page(path, who, reduced_motion="reduce")
        page.emulate_media(media="print")
        assert page.evaluate(COLOURED) == []
        buttons = page.locator(PRESSED)
        shown = [one.inner_text() for one in buttons.all() if one.is_visible()]
        assert shown == []
        return page.locator("body").inner_text()

    return show


def test_todays_board_on_paper_asks_nothing(printed):
    text = printed("/idag/")
    assert "Det här är öppet i dag" in text
    for asked in ("Hur mycket orkar du", "Vi sparar inte ditt svar", "Bara efter 16"):
        assert asked not in text


def test_plan_on_paper_has_the_steps_and_the_number_to_the_contact(printed, robin, robin_person):
    StepFactory(participant=robin_person, text="Ring verkstaden")
    text = printed(reverse("participants:my_plan"), robin)
    assert "Ring verkstaden" in text
    assert "Din kontakt: Samira Lund." in text
    assert "070-174\xa006\xa005" in text


def test_list_of_people_on_paper_has_no_counters_and_no_empty_column(printed, guide, robin_person):
    text = printed(reverse("participants:person_list"), guide)
    assert "Saknar nästa steg" in text or "Ny" in text
    assert "Robin Almqvist" in text
    assert "Gör" not in text


def test_record_on_paper_is_what_one_reads(printed, guide, robin_person):
    ContactFactory(participant=robin_person, author=guide.user, mode=Mode.PHONE)
    text = printed(reverse("person_record", args=[robin_person.public_id]), guide)
    assert "Vi pratade om cyklar." in text
    assert "Öppna anteckningen" not in text


def test_figures_on_paper_are_read_without_colours(printed, manager, robin_person):
    assert "Läget" in printed(reverse("overview:overview"), manager)


def test_what_a_guide_prints_is_written_in_the_log(open_page, guide, robin_person):
    page = open_page(reverse("person_record", args=[robin_person.public_id]), guide)
    with page.expect_response("**/utskriven/") as answered:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert answered.value.status == 204
    assert AuditEvent.objects.get(act="PRINT").participants == [robin_person.pk]
