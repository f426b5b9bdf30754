"""Those who lead see how it goes; those who help a person see who was not reached."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.permissions import Role
from portal.reminders import planning
from portal.reminders.channels import Outcome
from portal.reminders.models import Channel, Line, RecipientKind, Reminder
from portal.reminders.sending import outcomes
from portal.reminders.sending.claims import take
from tests.factories import UserFactory
from tests.reminders.conftest import known_in_time

pytestmark = pytest.mark.django_db
FIGURES = "/paminnelser/"


@pytest.fixture
def said(probe_kind):
    """Plan some, and let them end as told."""

    def end(*lines, **about):
        made = [UserFactory(created_at=timezone.now() - timedelta(minutes=9)) for _ in lines]
        planning.plan(probe_kind, [user.pk for user in made])
        if about:
            Reminder.objects.update(**about)
        for claim, line in zip(take([Channel.EMAIL]), lines, strict=True):
            outcomes.write(claim, Outcome(line))

    return end


def figures_of(browser):
    kinds = browser.get(FIGURES).context["kinds"]
    [probe] = [one for one in kinds if one.name == "probe"]
    return probe


def test_karin_sees_what_was_sent_and_what_was_not(acting, manager, said):
    said(Line.ACCEPTED, Line.ACCEPTED, Line.PERMANENT)
    said(Line.UNKNOWN)
    Reminder.objects.filter(ended_at=None).update(repeats=1)
    probe = figures_of(acting(manager))
    assert (probe.sent, probe.given_up, probe.waiting, probe.repeats) == (2, 1, 1, 1)
    page = acting(manager).get(FIGURES)
    assert "1 meddelande kom inte fram." in page.text
    assert "1 var till någon annan: det syns nedan." in page.text
    assert "ringer i stället" not in page.text
    assert "Mejlservern sade nej" in page.text


def test_karin_reads_that_somebody_rings_the_participants_and_nobody_else(acting, manager, said):
    said(Line.PERMANENT, Line.PERMANENT, recipient_kind=RecipientKind.PARTICIPANT)
    said(Line.PERMANENT)
    page = " ".join(acting(manager).get(FIGURES).text.split())
    assert "3 meddelanden kom inte fram." in page
    assert "2 var till deltagare: någon ringer i stället." in page
    assert "1 var till någon annan: det syns nedan." in page


def test_when_all_is_well_the_page_says_so(acting, manager):
    assert "Allt har kommit fram, så vitt vi vet." in acting(manager).get(FIGURES).text


def test_when_something_stands_still_the_page_says_so(acting, manager, probe_kind):
    late = UserFactory(created_at=timezone.now() - timedelta(minutes=9, seconds=5))
    planning.plan(probe_kind, [late.pk])
    known_in_time()
    assert "väntat i 9 minuter" in acting(manager).get(FIGURES).text


def test_an_administrator_sees_it_and_a_guide_does_not(acting, member, guide):
    assert acting(member(Role.ADMINISTRATOR)).get(FIGURES).status_code == 200
    assert acting(guide).get(FIGURES).status_code == 403


def test_the_page_costs_as_much_for_many_as_for_one(
    acting, member, said, django_assert_max_num_queries
):
    browser = acting(member(Role.ADMINISTRATOR))
    said(*[Line.ACCEPTED] * 8, *[Line.PERMANENT] * 4)
    with django_assert_max_num_queries(12):
        browser.get(FIGURES)


def test_samira_sees_in_the_record_that_robin_was_not_reached(acting, guide, robin_person, said):
    url = reverse("person_record", args=[robin_person.public_id])
    assert "kom inte fram" not in acting(guide).get(url).text
    said(
        Line.PERMANENT,
        participant_id=robin_person.pk,
        recipient_kind=RecipientKind.PARTICIPANT,
    )
    assert "kom inte fram. Ring Robin i stället." in acting(guide).get(url).text


def test_what_a_colleague_missed_is_not_said_in_the_record(acting, guide, robin_person, said):
    url = reverse("person_record", args=[robin_person.public_id])
    said(Line.PERMANENT, participant_id=robin_person.pk)
    assert "kom inte fram" not in acting(guide).get(url).text
