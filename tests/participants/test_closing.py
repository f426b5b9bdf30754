"""The support ends, the last contact stays to be seen, and coming back needs no explanation."""

from django.urls import reverse

from participants.models import Intake, MainContact, Participant, TeamMember
from participants.services.closing import ClosingReason, close_person
from portal.models import Access, AuditEvent, Ground
from tests.factories import TeamMemberFactory


def close(acting, who, person, reason="ARRIVED"):
    url = reverse("participants:person_close", args=[person.public_id])
    return acting(who).post(url, {"reason": reason})


def test_main_contact_ends_the_support_and_everybody_steps_back(
    acting, guide, job_coach, robin_person
):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    assert close(acting, guide, robin_person).status_code == 302
    robin_person.refresh_from_db()
    assert robin_person.closed_at
    assert robin_person.unit == guide.membership.unit
    assert MainContact.objects.get(participant=robin_person).end_reason.startswith("Har jobb")
    assert not TeamMember.objects.open().exists()
    grounds = Access.objects.filter(participant_id=robin_person.pk, valid_until=None)
    assert set(grounds.values_list("ground", flat=True)) <= {Ground.OWN}
    record = reverse("person_record", args=[robin_person.public_id])
    assert acting(guide).get(record).status_code == 404


def test_sent_twice_it_ends_once(guide, robin_person):
    for _ in range(2):
        close_person(participant=robin_person, by=guide, reason=ClosingReason.MOVED)
    assert AuditEvent.objects.filter(subject="closing").count() == 1


def test_missed_visits_are_no_reason(acting, guide, robin_person):
    answer = close(acting, guide, robin_person, reason="NO_SHOW")
    assert answer.status_code == 422
    assert "Välj ett av svaren" in answer.text
    robin_person.refresh_from_db()
    assert robin_person.closed_at is None


def test_only_the_main_contact_lets_go(acting, member, robin_person):
    beside = member("GUIDE")
    TeamMemberFactory(participant=robin_person, membership=beside.membership)
    assert close(acting, beside, robin_person).status_code == 403


def test_person_still_sees_the_last_contact_and_is_welcome_back(acting, guide, robin, robin_person):
    close(acting, guide, robin_person)
    page = acting(robin).get(reverse("participants:my_contact")).text
    assert "Samira Lund" in page
    assert "Du är välkommen tillbaka när du vill." in page


def test_manager_opens_again_and_the_person_waits_for_a_contact(
    acting, guide, manager, robin_person
):
    close(acting, guide, robin_person)
    listed = acting(manager).get(reverse("participants:closed_list")).text
    assert "Robin Almqvist" in listed
    url = reverse("participants:person_reopen", args=[robin_person.public_id])
    for _ in range(2):
        assert acting(manager).post(url).status_code == 302
    again = Participant.objects.get(pk=robin_person.pk)
    assert (again.closed_at, again.in_intake) == (None, True)
    assert Intake.objects.filter(participant=again, closed_at=None).count() == 1
    assert "Robin Almqvist" in acting(guide).get(reverse("participants:intake_list")).text
