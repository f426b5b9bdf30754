"""Rows follow as one types; without JavaScript the button does the same."""

import pytest
from django.urls import reverse

from tests.factories import EmployerFactory, ParticipantFactory


@pytest.fixture
def people(server, guide):
    for name in ("Robin", "Rosa", "Mika"):
        ParticipantFactory(first_name=name, last_name="Dahl", main_contact=guide.membership)


def test_a_guide_types_and_sees_who_is_left(open_page, guide, people):
    page = open_page(reverse("participants:person_list"), guide)
    field = page.get_by_role("textbox", name="Sök person")
    field.press_sequentially("ro")
    page.get_by_role("link", name="Mika Dahl").wait_for(state="detached")
    assert page.get_by_role("rowheader").all_inner_texts() == ["Robin Dahl", "Rosa Dahl"]
    assert page.locator("#live").inner_text() == "2 rader"
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.url.endswith("/personer/?q=ro&varfor=")
    page.get_by_role("link", name="Rosa Dahl").click()
    page.go_back()
    assert page.get_by_role("rowheader").all_inner_texts() == ["Robin Dahl", "Rosa Dahl"]


def test_a_guide_without_javascript_presses_the_button(open_page, guide, people):
    page = open_page(reverse("participants:person_list"), guide, java_script_enabled=False)
    page.get_by_role("textbox", name="Sök person").fill("mi")
    page.get_by_role("button", name="Visa").click()
    assert page.get_by_role("rowheader").all_inner_texts() == ["Mika Dahl"]


def test_a_coach_finds_an_employer_as_they_type(open_page, job_coach, server):
    for name in ("Norra Hamnens Lager", "Sundets Trädgård"):
        EmployerFactory(name=name)
    page = open_page(reverse("employers:employer_list"), job_coach)
    page.get_by_role("textbox").press_sequentially("sund")
    page.get_by_role("link", name="Norra Hamnens Lager").wait_for(state="detached")
    assert page.get_by_role("rowheader").all_inner_texts() == ["Sundets Trädgård"]
