"""*Anteckna* on a phone: the taps are counted, with and without JavaScript, and no word is lost."""

import re

import pytest
from django.urls import reverse

from participants.models import Contact, Goal, Step
from tests.browser.checks import PHONE
from tests.factories import ParticipantFactory, StepFactory


@pytest.fixture
def url(server, robin_person, guide):
    other = ParticipantFactory(first_name="Mika", main_contact=guide.membership)
    StepFactory(author=guide.user, participant=other, text="Boka tid")
    return reverse("participants:contact_write", args=[robin_person.public_id])


class Thumb:
    """Presses what is on the page, and counts; `in_sight` allows no scrolling."""

    def __init__(self, page, *, in_sight=False):
        self.page, self.in_sight, self.taps = page, in_sight, 0

    def tap(self, role, name):
        target = self.page.get_by_role(role, name=name)
        if self.in_sight:
            box = target.bounding_box()
            assert box["y"] + box["height"] <= PHONE["height"], name
        target.click()
        if self.in_sight:
            assert self.page.evaluate("scrollY") == 0
        self.taps += 1


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_guide_writes_a_note_and_a_step_in_five_taps(open_page, guide, robin_person, url, script):
    page = open_page(reverse("participants:person_list"), guide, java_script_enabled=script)
    thumb = Thumb(page)
    thumb.tap("link", "Anteckna om Robin")
    assert page.url.endswith(url)
    thumb.tap("radio", "Telefon")
    thumb.tap("radio", "Boka tid")
    thumb.tap("radio", "I morgon")
    thumb.tap("button", "Spara")
    page.get_by_text("Sparat.").wait_for()
    assert thumb.taps == 5
    assert robin_person.steps.get().text == "Boka tid"
    assert Contact.objects.get().mode == "PHONE"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_not_reached_is_saved_in_two_taps_without_scrolling(open_page, guide, url, script):
    page = open_page(url, guide, java_script_enabled=script)
    thumb = Thumb(page, in_sight=True)
    thumb.tap("radio", "Nådde inte")
    thumb.in_sight = False  # the answer is another page
    save = page.get_by_role("button", name="Spara").bounding_box()
    assert save["y"] + save["height"] <= PHONE["height"]
    thumb.tap("button", "Spara")
    page.get_by_text("Sparat.").wait_for()
    assert thumb.taps == 2
    assert Contact.objects.get().outcome == "NOT_REACHED"


def test_own_step_and_own_day_are_asked_only_when_they_are_chosen(open_page, guide, url):
    page = open_page(url, guide, java_script_enabled=False)
    step, day = page.get_by_label("Vad är nästa steg?"), page.locator("[name=due_on]")
    assert not step.is_visible()
    assert not day.is_visible()
    assert page.get_by_role("radio", name="Alla i teamet").is_visible()
    assert not page.get_by_label("Varför det hålls inne").is_visible()
    page.get_by_role("radio", name="Ett annat steg").click()
    page.get_by_role("radio", name="Välj dag").click()
    assert step.is_visible()
    assert day.is_visible()


def test_a_note_of_ten_thousand_characters_comes_back_whole(open_page, guide, url):
    page = open_page(url, guide)
    long = "Robin vill prova cyklar. " * 400
    page.get_by_role("radio", name="Telefon").click()
    page.get_by_label(re.compile("Vad kom ni fram till")).fill(long)
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Korta texten till 4000 tecken. Nu är den 9999.").wait_for()
    assert page.get_by_label(re.compile("Vad kom ni fram till")).input_value() == long
    assert not Contact.objects.exists()


def test_a_goal_is_never_cut_in_the_middle_of_a_word(open_page, robin, robin_person):
    page = open_page(reverse("participants:my_goal"), robin)
    page.get_by_role("textbox").fill("x" * 10_000)
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Korta texten till 500 tecken. Nu är den 10000.").wait_for()
    assert page.get_by_role("textbox").input_value() == "x" * 10_000
    assert not Goal.objects.exists()


def test_starting_over_throws_the_draft_away_and_nothing_brings_it_back(open_page, guide, url):
    page = open_page(url, guide)
    text = page.get_by_label(re.compile("Vad kom ni fram till"))
    with page.expect_response("**/utkast/"):
        text.fill("Halvvägs")
    page.reload()
    page.get_by_text("Det du skrev finns kvar.").wait_for()
    text.fill("Halvvägs och mer")  # this one is not kept yet when the page is left
    page.get_by_role("button", name="Börja om").click()
    page.get_by_text("Det du skrev finns kvar.").wait_for(state="detached")
    page.reload()
    assert text.input_value() == ""
    assert not page.get_by_text("Det du skrev finns kvar.").is_visible()
    assert Step.objects.count() == 1


def test_klart_on_the_record_is_taken_back_without_script(open_page, guide, robin_person):
    StepFactory(participant=robin_person, text="Ring verkstaden")
    record = reverse("person_record", args=[robin_person.public_id])
    page = open_page(record, guide, java_script_enabled=False)
    page.get_by_role("button", name=re.compile("^Klart")).click()
    page.get_by_text("Steget är klart: Ring verkstaden").wait_for()
    page.get_by_role("button", name="Ångra").click()
    page.get_by_text("Steget är öppet igen.").wait_for()
    assert Step.objects.open().count() == 1
