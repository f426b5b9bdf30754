"""Taking back a yes: on the next request, with what was queued, and with nobody's words lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Consent, Contact
from participants.notifications.steps import plan_step
from participants.services import consents
from portal.models import InfoType
from portal.reminders import planning
from portal.reminders.models import Reminder, Status
from tests.factories import ConsentFactory, StepFactory

WHO_SEES = "participants:who_sees"


@pytest.fixture
def both(robin_person, social, noor_walks_along):
    """A yes to notes and a yes to the plan."""
    return [
        ConsentFactory(participant=robin_person, receiver=social, info_type=kind)
        for kind in (InfoType.FOLLOW_UP, InfoType.PLAN)
    ]


@pytest.fixture
def step_of_noor(robin_person, case_manager):
    """A step that Noor takes in a week: she is to hear of it the day before."""
    step = StepFactory(
        participant=robin_person,
        assignee=case_manager.membership,
        due_on=timezone.localdate() + timedelta(days=7),
    )
    plan_step(step)
    return step


def told():
    return set(Reminder.objects.values_list("status", flat=True))


def test_robin_stops_sharing_in_three_taps(acting, robin, case_manager, both, note):
    browser = acting(robin)
    page = browser.get(reverse(WHO_SEES)).text
    url = re.search(r"/samtycken/[^/]+/sluta/", page).group()
    asked = browser.get(url).text
    assert "Vad händer då?" in asked
    assert "Ja, sluta dela" in asked
    browser.post(url)
    assert not Consent.objects.in_force().exists()
    record = reverse("person_record", args=[note.participant.public_id])
    assert acting(case_manager).get(record).status_code == 404


def test_robin_stops_with_one_kind_and_goes_on_with_the_other(
    acting, robin, case_manager, both, note
):
    url = reverse("participants:consent_withdraw_one", args=[both[0].public_id])
    whole = reverse("participants:consent_withdraw", args=[both[1].public_id])
    assert url in acting(robin).get(whole).text
    asked = acting(robin).get(url).text
    assert "det vi skriver när vi har pratat" in asked
    assert "din plan" not in asked
    acting(robin).post(url)
    assert [one.info_type for one in Consent.objects.in_force()] == [InfoType.PLAN]
    noor = acting(case_manager)
    assert noor.get(reverse("person_record", args=[note.participant.public_id])).status_code == 200
    note_url = reverse("participants:contact_detail", args=[note.public_id])
    assert noor.get(note_url).status_code == 404


def test_what_ended_is_kept_and_folded_away(acting, robin, both):
    acting(robin).post(reverse("participants:consent_withdraw", args=[both[0].public_id]))
    page = acting(robin).get(reverse(WHO_SEES)).text
    assert "Tidigare svar" in page
    assert page.count("Jaet togs tillbaka") == 2
    old = reverse("participants:consent_detail", args=[both[0].public_id])
    assert "Får Socialförvaltningen läsa det vi skriver" in acting(robin).get(old).text


def test_the_same_last_day_is_said_once(acting, robin, robin_person, social, noor_walks_along):
    until = timezone.now() + timedelta(days=90)
    for kind in (InfoType.FOLLOW_UP, InfoType.PLAN, InfoType.ACTIVITY):
        ConsentFactory(participant=robin_person, receiver=social, info_type=kind, valid_until=until)
    page = acting(robin).get(reverse(WHO_SEES)).text
    assert page.count("Sedan slutar det av sig självt.") == 1
    assert "Läser där nu: Noor Haddad" in page


def test_what_was_queued_for_noor_is_cancelled_with_the_yes(robin, both, step_of_noor):
    assert told() == {Status.PLANNED}
    consents.withdraw_consents(
        participant=step_of_noor.participant, receiver=both[0].receiver, by=robin
    )
    assert told() == {Status.CANCELLED}
    planning.sweep()
    plan_step(step_of_noor)
    assert told() == {Status.CANCELLED}


def test_the_queue_follows_the_kind_that_is_taken_back(robin, both, step_of_noor):
    stop = {"participant": step_of_noor.participant, "receiver": both[0].receiver, "by": robin}
    consents.withdraw_consents(info_type=InfoType.FOLLOW_UP, **stop)
    assert told() == {Status.PLANNED}
    consents.withdraw_consents(info_type=InfoType.PLAN, **stop)
    assert told() == {Status.CANCELLED}


def test_robins_own_messages_go_on_after_a_withdrawal(robin, robin_person, both):
    plan_step(StepFactory(participant=robin_person))
    consents.withdraw_consents(participant=robin_person, receiver=both[0].receiver, by=robin)
    assert told() == {Status.PLANNED}


def test_a_note_sent_after_the_yes_ended_is_refused_and_its_words_come_back(
    acting, robin, case_manager, robin_person, both
):
    """A37: Noor has the form open when Robin takes back the yes."""
    noor = acting(case_manager)
    url = reverse("participants:contact_write", args=[robin_person.public_id])
    assert noor.get(url).status_code == 200
    acting(robin).post(reverse("participants:consent_withdraw", args=[both[0].public_id]))
    form = {
        "submission_id": str(uuid4()),
        "mode": "PHONE",
        "text": "Robin ringde om bostaden.",
        "doer": "ME",
        "audience": "TEAM",
    }
    answer = noor.post(url, form)
    assert answer.status_code == 404
    assert "Robin ringde om bostaden." in answer.text
    assert "Det du skrev är inte sparat" in answer.text
    assert not Contact.objects.filter(author=case_manager.user).exists()
    nobody = reverse("participants:contact_write", args=[uuid4()])
    texts = [one.text.replace(url, nobody) for one in (answer, noor.post(nobody, form))]
    assert len(texts[0]) == len(texts[1])  # somebody's page and nobody's say the same
