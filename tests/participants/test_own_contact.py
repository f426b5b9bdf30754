"""The person's contact, a call away on every page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.models import Intake
from tests.activities.factories import ActivityFactory

PAGES = [
    "activities:today",
    "participants:my_plan",
    "participants:my_goal",
    "participants:my_step_write",
    "participants:my_contact",
    "participants:who_sees",
    "participants:my_disclosures",
    "employers:my_placements",
    "more",
    "help",
    "appearance",
    "account_change_password",
]


def asked_for_contact(browser, path):
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(path)
    found = [one["sql"] for one in asked if 'FROM "participants_maincontact"' in one["sql"]]
    real = [one for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(real) <= 12
    return answer, len(found)


@pytest.mark.parametrize("name", PAGES)
def test_robin_can_call_samira_from_every_page(acting, robin, name):
    answer, times = asked_for_contact(acting(robin), reverse(name))
    foot = answer.text[answer.text.index("<footer") :]
    assert "Din kontakt: Samira Lund." in foot
    assert 'href="tel:+46-70-174-06-05"' in foot
    assert "Ring 070-174\xa006\xa005" in foot
    assert times == 1


def test_robin_can_call_samira_from_the_page_of_an_activity(acting, robin):
    path = ActivityFactory().get_absolute_url()
    answer, times = asked_for_contact(acting(robin), path)
    assert "Din kontakt: Samira Lund." in answer.text
    assert times == 1


def test_who_has_no_contact_yet_calls_the_service(acting, robin, robin_person):
    Intake.objects.create(participant=robin_person, unit=robin_person.unit)
    robin_person.main_contacts.update(ended_at=timezone.now())
    answer, _times = asked_for_contact(acting(robin), reverse("more"))
    assert "Din kontakt" not in answer.text
    assert "Ring oss: 040-628\xa004\xa000" in answer.text


def test_page_that_does_not_exist_asks_nothing_and_still_has_a_number(acting, robin):
    answer, times = asked_for_contact(acting(robin), "/finns-inte/")
    assert answer.status_code == 404
    assert "Ring oss: 040-628\xa004\xa000" in answer.text
    assert times == 0


def test_nobody_asks_for_the_contact_of_a_colleague_or_a_visitor(acting, guide, client, db):
    for browser in (acting(guide), client):
        answer, times = asked_for_contact(browser, reverse("help"))
        assert "Din kontakt" not in answer.text
        assert times == 0
