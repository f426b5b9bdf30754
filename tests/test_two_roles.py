"""One account, several roles: nothing mixes, and nobody reaches the own record by working here."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from participants.models import Caseload, Contact, Intake, Participant, Step
from portal.actor import Actor
from portal.middleware import MEMBERSHIP
from portal.models import Access
from portal.permissions import Role
from tests.conftest import actor_of
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    ParticipantFactory,
    StepFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_difference():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def own_record(manager, guide):
    """Karin, who manages the unit, also gets support there: Samira is her contact."""
    person = ParticipantFactory(
        first_name="Karin", last_name="Holm", user=manager.user, main_contact=guide.membership
    )
    ContactFactory(participant=person, author=guide.user, text="Vill byta jobb.")
    return person


def test_a_manager_does_not_meet_herself_among_her_people(acting, manager, own_record):
    assert not Participant.objects.visible_to(manager).filter(pk=own_record.pk).exists()
    browser = acting(manager)
    page = browser.get(reverse("participants:protected_list"), {"q": "karin holm"}).text
    assert str(own_record.public_id) not in page
    record = reverse("participants:protection_set", args=[own_record.public_id])
    assert browser.get(record).status_code == 404


def test_a_guide_of_the_unit_does_not_meet_herself_in_its_intake(acting, guide):
    with transaction.atomic():
        own = ParticipantFactory(first_name="Samira", user=guide.user, main_contact=False)
        Intake.objects.create(participant=own, unit=guide.membership.unit)
    browser = acting(guide)
    assert str(own.public_id) not in browser.get(reverse("participants:intake_list")).text
    for name in ("intake_open", "main_contact_choose"):
        url = reverse(f"participants:{name}", args=[own.public_id])
        assert browser.get(url).status_code == 404


def test_nobody_is_their_own_contact_or_on_their_own_team(guide, robin_person):
    Participant.objects.filter(pk=robin_person.pk).update(user=None)
    own = ParticipantFactory(user=guide.user)
    with pytest.raises(IntegrityError, match="nobody supports themself"), transaction.atomic():
        TeamMemberFactory(participant=own, membership=guide.membership)
    held = own.main_contacts.all()
    with pytest.raises(IntegrityError, match="nobody supports themself"), transaction.atomic():
        held.update(membership=guide.membership)


def test_an_account_that_comes_to_belong_to_ones_own_person_closes_the_record(guide, robin_person):
    assert Access.objects.filter(membership_id=guide.membership_id).count() > 0
    Participant.objects.filter(pk=robin_person.pk).update(user=guide.user)
    assert not Participant.objects.visible_to(guide).filter(pk=robin_person.pk).exists()
    assert not Caseload.objects.filter(participant=robin_person).exists()


def test_acting_for_oneself_opens_no_other_person(manager, own_record, robin_person):
    for_herself = Actor(manager.user)
    assert list(Participant.objects.visible_to(for_herself)) == [own_record]
    assert [one.text for one in Contact.objects.visible_to(for_herself)] == ["Vill byta jobb."]
    assert not Contact.objects.visible_to(manager).exists()


@pytest.fixture
def two_jobs(guide, social_unit):
    """Samira is a guide, and a case manager of social services as well."""
    other = MembershipFactory(user=guide.user, unit=social_unit, role=Role.CASE_MANAGER)
    return guide, actor_of(other)


def test_one_person_with_two_jobs_sees_in_each_what_is_of_that_job(two_jobs, robin_person):
    at_guides, at_social = two_jobs
    theirs = ParticipantFactory(main_contact=at_social.membership)
    step = StepFactory(participant=theirs)
    assert list(Participant.objects.visible_to(at_guides)) == [robin_person]
    assert list(Participant.objects.visible_to(at_social)) == [theirs]
    assert list(Step.objects.visible_to(at_social)) == [step]
    assert not Step.objects.visible_to(at_guides).exists()


def test_a_tab_that_was_opened_in_the_other_job_saves_nothing_there(acting, two_jobs, robin_person):
    at_guides, at_social = two_jobs
    browser = acting(at_guides)
    write = reverse("participants:contact_write", args=[robin_person.public_id])
    form = {
        "submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2c1",
        "mode": "PHONE",
        "doer": "ME",
        "audience": "TEAM",
    }
    assert browser.get(write).status_code == 200
    browser.post(reverse("choose_membership"), {"membership": at_social.membership_id})
    assert browser.session[MEMBERSHIP] == at_social.membership_id
    assert browser.post(write, form).status_code == 404
    assert not Contact.objects.exists()
    browser.post(reverse("choose_membership"), {"membership": at_guides.membership_id})
    assert browser.post(write, form).status_code == 302
    assert Contact.objects.get().owner_id == at_guides.organisation_id


def test_nobody_chooses_a_job_that_is_somebody_elses(acting, two_jobs, outsider):
    browser = acting(two_jobs[0])
    answer = browser.post(reverse("choose_membership"), {"membership": outsider.membership_id})
    assert answer.status_code == 404
    assert browser.session[MEMBERSHIP] == two_jobs[0].membership_id
