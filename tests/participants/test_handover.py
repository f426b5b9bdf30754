"""A change of contact: at once for who holds the question, warm for the person."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from participants.models import Handover, Participant
from participants.models.handovers import LATE, latest_of
from participants.services.handovers import confirm_handover, hand_over
from participants.services.people import end_team_member
from portal.models import User
from portal.permissions import Role
from portal.reminders import times
from tests.factories import HandoverFactory, StepFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text(answer):
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


CHANGE = {
    "reason": "Byter enhet",
    "meets_on": timezone.localdate() + DAY,
    "comes_along": "on",
    "words": "Ses helst på Corner",
}


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
    answer = acting(guide).post(page, CHANGE | {"sure": "yes"})
    assert answer.url == reverse("person_record", args=[robin_person.public_id])
    said = text(acting(robin).get(reverse("participants:my_contact")))
    assert "Du har fått en ny kontakt, Johan." in said
    assert "Samira är med på första mötet i morgon." in said
    assert "Ses helst på Corner" in said


def test_nothing_changes_before_who_hands_over_has_read_how_it_would_be(
    robin_person, johan, guide, robin, acting
):
    page = reverse(
        "participants:main_contact_set", args=[robin_person.public_id, johan.membership.pk]
    )
    first = acting(guide).post(page, CHANGE)
    said = text(first)
    assert "Så här blir det" in said
    assert "Robin läser: Du har fått en ny kontakt, Johan." in said
    assert "Samira är med på första mötet i morgon." in said
    assert "Det här vet Johan redan: Ses helst på Corner" in said
    assert "Samira är kvar i teamet tills Johan och Robin har träffats." in said
    assert "Chefen ser att det väntar" in said
    assert not Handover.objects.exists()
    assert robin_person.main_contacts.open().get().membership == guide.membership
    assert "ny kontakt" not in text(acting(robin).get(reverse("participants:my_contact")))
    form = first.context["form"]
    assert form["words"].value() == "Ses helst på Corner"  # going back, nothing is lost
    again = dict(first.context["answers"]) | {"sure": "yes"}
    acting(guide).post(page, again)
    made = Handover.objects.open().get()
    assert (made.words, made.comes_along) == ("Ses helst på Corner", True)


def test_who_goes_at_once_reads_that_the_record_closes_to_them(robin_person, johan, guide, acting):
    page = reverse(
        "participants:main_contact_set", args=[robin_person.public_id, johan.membership.pk]
    )
    said = text(acting(guide).post(page, {"reason": "Byter enhet"}))
    assert "Samira läser inte längre journalen." in said
    assert "Samira är kvar" not in said


def test_who_hands_over_sees_that_no_message_finds_the_person(robin_person, johan, guide, acting):
    Participant.objects.filter(pk=robin_person.pk).update(phone="", email="")
    User.objects.filter(pk=robin_person.user_id).update(email=None)
    page = reverse(
        "participants:main_contact_set", args=[robin_person.public_id, johan.membership.pk]
    )
    assert "Kan inte nås med meddelande:" in text(acting(guide).get(page))


def test_second_hand_over_closes_the_record_to_who_came_along(
    handed, robin_person, johan, guide, member, acting
):
    petra = member(Role.GUIDE, guide.membership.unit, first_name="Petra")
    record = reverse("person_record", args=[robin_person.public_id])
    assert acting(guide).get(record).status_code == 200
    hand_over(participant=robin_person, membership=petra.membership, by=johan, comes_along=True)
    assert acting(guide).get(record).status_code == 404
    assert acting(johan).get(record).status_code == 200
    left = robin_person.team_members.get(membership=guide.membership)
    assert left.end_reason == "Har lämnat över"


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
    assert "Robin Almqvist Johan Ek: har inte träffat personen än" in said
    assert "Samira Lund: är med" in said


@pytest.mark.parametrize("met_first", [True, False])
def test_who_has_left_holds_nothing_up(handed, johan, guide, met_first):
    if met_first:
        confirm_handover(handover=handed, by=johan)
        assert Handover.objects.open().exists()
    leaves = guide.membership
    leaves.ended_at = timezone.now()
    leaves.save()
    if not met_first:
        confirm_handover(handover=handed, by=johan)
    assert not Handover.objects.open().exists()


def test_who_has_been_taken_off_the_team_holds_nothing_up(handed, robin_person, johan, guide):
    confirm_handover(handover=handed, by=johan)
    end_team_member(member=robin_person.team_members.get(), by=johan, end_reason="Klart")
    assert not Handover.objects.open().exists()
    again = hand_over(participant=robin_person, membership=guide.membership, by=johan)
    assert Handover.objects.open().get() == again


def test_person_reads_of_no_meeting_that_has_been_and_of_nobody_who_has_gone(
    handed, guide, robin, acting
):
    page = reverse("participants:my_contact")
    Handover.objects.filter(pk=handed.pk).update(meets_on=timezone.localdate() - DAY)
    said = text(acting(robin).get(page))
    assert "Samira är med på första mötet." in said
    assert "i går" not in said
    confirm_handover(handover=handed, by=guide)
    said = text(acting(robin).get(page))
    assert "Du har fått en ny kontakt, Johan." in said
    assert "Samira är med" not in said


def test_manager_sees_which_are_late(handed, manager, acting):
    page = reverse("participants:handover_list")
    situation = reverse("overview:overview")
    assert "dröjer" not in text(acting(manager).get(situation))
    assert "Dröjer" not in text(acting(manager).get(page))
    begun = latest_of(timezone.localdate())
    at = times.instant(begun, time(23, 59))
    Handover.objects.filter(pk=handed.pk).update(created_at=at + timedelta(minutes=1))
    assert not Handover.objects.late(timezone.localdate()).exists()
    Handover.objects.filter(pk=handed.pk).update(created_at=at)
    assert "1 överlämning dröjer" in text(acting(manager).get(situation))
    assert "Robin Almqvist Dröjer" in text(acting(manager).get(page))
    Handover.objects.filter(pk=handed.pk).update(meets_on=begun + DAY)
    assert "dröjer" not in text(acting(manager).get(situation))


def test_the_fifty_first_hand_over_is_on_the_second_page(manager, guide, acting):
    for _ in range(51):
        HandoverFactory(participant__main_contact=guide.membership)
    page = reverse("participants:handover_list")
    first = acting(manager).get(page)
    assert len(first.context["handovers"]) == 50
    assert "Sida 1" in text(first)
    assert len(acting(manager).get(page, {"sida": 2}).context["handovers"]) == 1


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_it_is_late_when_ten_working_days_have_passed(today):
    begun = latest_of(today)
    assert times.working_day_after(begun, LATE) <= today
    assert times.working_day_after(begun + DAY, LATE) > today


def test_new_change_takes_the_place_of_one_under_way(handed, robin_person, johan, guide):
    again = hand_over(participant=robin_person, membership=guide.membership, by=johan)
    assert Handover.objects.open().get() == again
    same = {"participant": robin_person, "membership": guide.membership, "by": johan}
    assert hand_over(**same) is None
