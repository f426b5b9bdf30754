"""Instead of breaking a glass: the intake opens a record for a day, and the person reads why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact, Intake, IntakeOpening, Participant, Protection
from participants.services import openings, people, protection
from portal.models import Access, AuditEvent, Level
from portal.permissions import Role
from tests.factories import ContactFactory, ParticipantFactory

pytestmark = pytest.mark.django_db
WHY = "Första mötet med Kim på Guiderna i dag"


@pytest.fixture(autouse=True)
def no_difference():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def kim(unit):
    """Kim waits for a contact among the guides."""
    with transaction.atomic():
        person = ParticipantFactory(
            first_name="Kim", last_name="Bo", phone="+46701740607", main_contact=False
        )
        Intake.objects.create(participant=person, unit=unit, asked="Vill ha något att göra")
    person.refresh_from_db()
    return person


def page(person):
    return reverse("participants:intake_open", args=[person.public_id])


def record(person):
    return reverse("person_record", args=[person.public_id])


def opened(actor, person):
    return openings.open_at_first_meeting(
        participant=person, by=actor, reason=WHY, now=timezone.now()
    )


def test_the_intake_sees_who_waits_how_to_reach_and_what_is_asked_but_no_record(acting, guide, kim):
    browser = acting(guide)
    shown = browser.get(page(kim)).text
    for word in ("Kim Bo", "tel:", "Vill ha något att göra"):
        assert word in shown
    assert browser.get(record(kim)).status_code == 404


def test_with_a_reason_the_record_opens_for_the_day(acting, guide, kim):
    note = ContactFactory(participant=kim, owner=guide.membership.unit.owner, text="Ringde oss.")
    browser = acting(guide)
    answer = browser.post(page(kim), {"reason": WHY}, follow=True)
    assert "Ringde oss." in answer.text
    held = Access.objects.get(participant_id=kim.pk, membership_id=guide.membership_id)
    assert held.valid_until == openings.end_of_day(timezone.now())
    assert note in Contact.objects.visible_to(guide)


@pytest.mark.parametrize("reason", ["", "   ", "Första mötet", "x" * 19, " " * 30])
def test_a_short_reason_opens_nothing(acting, guide, kim, reason):
    browser = acting(guide)
    assert browser.post(page(kim), {"reason": reason}).status_code == 422
    assert browser.get(record(kim)).status_code == 404
    with pytest.raises(openings.TooFewWords):
        openings.open_at_first_meeting(participant=kim, by=guide, reason=reason, now=timezone.now())


def test_nothing_about_health_or_money_opens(guide, kim):
    opened(guide, kim)
    owner = guide.membership.unit.owner
    for kind in (7, 8):
        ContactFactory(participant=kim, owner=owner, info_type=kind)
    seen = ContactFactory(participant=kim, owner=owner)
    assert list(Contact.objects.visible_to(guide).filter(participant=kim)) == [seen]


def test_somebody_with_a_contact_is_not_opened(acting, outsider, guide, robin_person, unit, member):
    colleague = member(Role.GUIDE)
    for actor in (outsider, colleague):
        assert acting(actor).post(page(robin_person), {"reason": WHY}).status_code == 404
        with pytest.raises(openings.CannotOpen):
            opened(actor, robin_person)


def test_another_unit_cannot_open(acting, outsider, kim):
    assert acting(outsider).post(page(kim), {"reason": WHY}).status_code == 404
    with pytest.raises(openings.CannotOpen):
        opened(outsider, kim)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.JOB_COACH, Role.ACTIVITY_LEADER])
def test_only_the_intake_opens(acting, member, kim, role):
    answer = acting(member(role)).post(page(kim), {"reason": WHY})
    assert answer.status_code in {403, 404}
    assert not IntakeOpening.objects.exists()


def test_it_ends_when_somebody_becomes_the_contact(acting, guide, member, kim):
    opened(guide, kim)
    browser = acting(guide)
    assert browser.get(record(kim)).status_code == 200
    new = member(Role.GUIDE)
    people.set_main_contact(participant=kim, membership=new.membership, by=guide)
    assert browser.get(record(kim)).status_code == 404


def test_it_ends_with_the_day(guide, kim, time_machine):
    opening = opened(guide, kim)
    begun = timezone.now() - timedelta(hours=3)
    with transaction.atomic():
        IntakeOpening.objects.filter(pk=opening.pk).update(
            opened_at=begun, until=timezone.now() - timedelta(minutes=1)
        )
    assert not Participant.objects.visible_to(guide, Level.READ).filter(pk=kim.pk).exists()


def test_it_ends_with_the_membership(guide, kim):
    opened(guide, kim)
    type(guide.membership).objects.filter(pk=guide.membership_id).update(
        ended_at=timezone.now() - timedelta(seconds=1)
    )
    assert not Participant.objects.visible_to(guide).filter(pk=kim.pk).exists()


def test_nobody_opens_a_protected_person(acting, guide, manager, kim):
    opened(guide, kim)
    protection.set_protection(
        participant=kim,
        protection=Protection.MARKED,
        alias="Nikita",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    browser = acting(guide)
    assert browser.get(record(kim)).status_code == 404
    assert browser.post(page(kim), {"reason": WHY}).status_code == 404
    with pytest.raises(openings.CannotOpen):
        opened(guide, kim)


def test_a_named_guide_finds_a_protected_person_in_the_queue_by_alias(
    acting, guide, manager, kim, member
):
    protection.set_protection(
        participant=kim,
        protection=Protection.MARKED,
        alias="Nikita",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    queue = reverse("participants:intake_list")
    seen = acting(guide).get(queue).text
    assert "Nikita" in seen
    assert "Kim Bo" not in seen
    assert "Nikita" not in acting(member(Role.GUIDE)).get(queue).text


def test_the_person_reads_who_opened_and_why(guide, kim):
    opened(guide, kim)
    line = AuditEvent.objects.get(subject="intakeopening")
    assert (line.user_id, line.purpose) == (guide.user_id, WHY)
    assert line.participants == [kim.pk]


def test_opening_twice_on_a_day_is_one_opening(guide, kim):
    assert opened(guide, kim) == opened(guide, kim)


def test_the_database_holds_the_length_of_the_reason_and_of_the_opening(guide, kim):
    row = {"participant": kim, "intake": kim.intakes.get(), "membership": guide.membership}
    now = timezone.now()
    for wrong in (
        {"reason": "kort", "until": now + timedelta(hours=1)},
        {"reason": WHY, "until": now + timedelta(hours=26)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            IntakeOpening.objects.create(**row, opened_at=now, **wrong)
