"""A change of contact: at once for who holds the question, warm for the person."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Handover
from participants.services.handovers import confirm_handover, hand_over
from portal.permissions import Role
from tests.factories import StepFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text(answer):
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


@pytest.fixture
def johan(member, guide):
    return member(Role.GUIDE, guide.membership.unit, first_name="Johan", last_name="Ek")


@pytest.fixture
def handed(robin_person, johan, guide):
    """Samira hands Robin over to Johan, and comes along."""
    return hand_over(
        participant=robin_person, membership=johan.membership, by=guide, comes_along=True
    )


def test_page_says_what_goes_along_and_the_person_reads_who_and_when(
    robin_person, johan, guide, robin, acting
):
    StepFactory(participant=robin_person, text="Ring verkstaden")
    page = reverse(
        "participants:main_contact_set", args=[robin_person.public_id, johan.membership.pk]
    )
    assert "Nästa steg: Ring verkstaden" in text(acting(guide).get(page))
    answer = acting(guide).post(
        page,
        {
            "reason": "Byter enhet",
            "meets_on": timezone.localdate() + DAY,
            "comes_along": "on",
            "words": "Ses helst på Corner",
        },
    )
    assert answer.url == reverse("person_record", args=[robin_person.public_id])
    said = text(acting(robin).get(reverse("participants:my_contact")))
    assert "Du har fått en ny kontakt, Johan." in said
    assert "Samira är med på första mötet i morgon." in said
    assert "Ses helst på Corner" in said


def test_it_is_open_until_both_have_confirmed(handed, robin_person, johan, guide, acting):
    record = reverse("person_record", args=[robin_person.public_id])
    confirm = reverse("participants:handover_confirm", args=[handed.public_id])
    assert "Vi har träffats" in text(acting(johan).get(record))
    assert acting(johan).post(confirm).url == record
    assert Handover.objects.open().exists()
    assert "Jag har lämnat över" in text(acting(guide).get(record))
    assert acting(guide).post(confirm).url == reverse("start")
    assert not Handover.objects.open().exists()
    assert acting(guide).get(record).status_code == 404  # Samira has left the team
    assert "Johan är ny kontakt" not in text(acting(johan).get(record))


@pytest.mark.usefixtures("handed")
def test_manager_sees_what_waits_and_reads_no_record(manager, acting):
    said = text(acting(manager).get(reverse("participants:handover_list")))
    assert "Robin Alm Johan Ek: har inte träffat personen än" in said
    assert "Samira Lund: är med" in said


def test_who_has_left_holds_nothing_up(handed, johan, guide):
    leaves = guide.membership
    leaves.ended_at = timezone.now()
    leaves.save()
    confirm_handover(handover=handed, by=johan)
    assert not Handover.objects.open().exists()


def test_new_change_takes_the_place_of_one_under_way(handed, robin_person, johan, guide):
    again = hand_over(participant=robin_person, membership=guide.membership, by=johan)
    assert Handover.objects.open().get() == again
    same = {"participant": robin_person, "membership": guide.membership, "by": johan}
    assert hand_over(**same) is None
