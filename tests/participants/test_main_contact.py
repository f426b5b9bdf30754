"""An open person has exactly one contact, or a place in intake: the database holds it."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Intake, MainContact, Participant
from participants.services import people
from participants.services.sign_in import confirm_person
from portal.actor import Actor
from portal.models import AuditEvent
from portal.models.users import Met
from tests.factories import MembershipFactory, ParticipantFactory, UnitFactory


def register(actor, *, takes_it, **fields):
    return people.register_person(
        by=actor,
        submission_id=fields.pop("submission_id", uuid4()),
        first_name="Mika",
        last_name="Öberg",
        unit=actor.membership.unit,
        takes_it=takes_it,
        **fields,
    )


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_person_with_neither_contact_nor_intake_is_refused(db):
    person = ParticipantFactory(main_contact=False)
    with pytest.raises(IntegrityError, match="0 open contacts"), transaction.atomic():
        check_now()
    Intake.objects.create(participant=person, unit=UnitFactory())


def test_a_person_with_a_contact_and_a_place_in_intake_is_refused(robin_person, unit):
    waiting = Intake.objects.create(participant=robin_person, unit=unit)
    with pytest.raises(IntegrityError, match="2 open contacts"), transaction.atomic():
        check_now()
    Intake.objects.filter(pk=waiting.pk).update(closed_at=timezone.now())


def test_two_open_contacts_are_refused(robin_person):
    with pytest.raises(IntegrityError), transaction.atomic():
        MainContact.objects.create(participant=robin_person, membership=MembershipFactory())


def test_closing_the_contact_without_a_next_one_is_refused(robin_person):
    robin_person.main_contacts.open().update(ended_at=timezone.now())
    with pytest.raises(IntegrityError, match="0 open contacts"), transaction.atomic():
        check_now()
    robin_person.main_contacts.update(ended_at=None)


def test_a_closed_person_keeps_the_last_unit(robin_person, unit):
    now = timezone.now()
    robin_person.main_contacts.open().update(ended_at=now)
    Participant.objects.filter(pk=robin_person.pk).update(closed_at=now)
    check_now()
    robin_person.refresh_from_db()
    assert robin_person.unit == unit


def test_the_guide_who_registers_can_become_the_contact(guide):
    person = register(guide, takes_it=True)
    assert person.main_contacts.open().get().membership == guide.membership


def test_a_person_can_wait_in_intake_and_then_get_a_contact(acting, guide, manager):
    person = register(manager, takes_it=False, asked="Vill ha något att göra")
    person.refresh_from_db()
    assert person.in_intake
    page = acting(guide).get(reverse("participants:intake_list"))
    assert "Vill ha något att göra" in page.text
    url = reverse("participants:main_contact_set", args=[person.public_id, guide.membership.pk])
    acting(guide).post(url, {"reason": "Passar bra"})
    person.refresh_from_db()
    assert not person.in_intake
    assert person.main_contacts.open().get().membership == guide.membership


def test_a_hand_over_leaves_no_minute_without_a_contact(guide, robin_person, member):
    johan = member("GUIDE", first_name="Johan").membership
    people.set_main_contact(participant=robin_person, membership=johan, by=guide, reason="Flytt")
    closed, opened = robin_person.main_contacts.order_by("pk")
    assert closed.ended_at == opened.started_at
    assert opened.membership == johan


def test_registering_twice_with_the_same_form_makes_one_person(acting, guide):
    form = {
        "submission_id": str(uuid4()),
        "first_name": "Mika",
        "last_name": "Öberg",
        "contact": "ME",
    }
    url = reverse("participants:person_register")
    first = acting(guide).post(url, form)
    second = acting(guide).post(url, form)
    assert first.url == second.url
    assert Participant.objects.count() == 1


def test_a_person_without_names_is_not_registered_and_nothing_typed_is_lost(acting, guide):
    form = {"submission_id": str(uuid4()), "first_name": "Mika", "phone": "bara prat"}
    answer = acting(guide).post(reverse("participants:person_register"), form)
    assert answer.status_code == 422
    assert "Fyll i: Efternamn" in answer.text
    assert "070-174 06 05" in answer.text
    assert 'value="Mika"' in answer.text
    assert not Participant.objects.exists()


def test_a_guide_gives_a_person_a_user_name_and_a_password_that_works(acting, client, guide):
    person = register(guide, takes_it=True)
    url = reverse("participants:account_open", args=[person.public_id])
    page = acting(guide).post(url, {"username": "mika.o"})
    password = page.context["password"]
    assert password in page.text
    answer = client.post(reverse("account_login"), {"login": "mika.o", "password": password})
    assert answer.status_code == 302
    assert client.get(reverse("participants:my_contact")).status_code == 200
    assert client.get(reverse("participants:my_plan")).status_code == 403
    confirm_person(participant=person, by=guide, how=Met.KNOWN)
    assert client.get(reverse("participants:my_plan")).status_code == 200


def test_an_account_is_made_once(acting, guide, robin_person):
    url = reverse("participants:account_open", args=[robin_person.public_id])
    answer = acting(guide).post(url, {"username": "robin.alm"})
    assert "Robin kan redan logga in." in answer.text


def test_a_guide_gives_a_new_password_to_somebody_who_has_forgotten_it(
    acting, client, guide, robin_person
):
    there = acting(Actor(robin_person.user))
    url = reverse("participants:password_renew", args=[robin_person.public_id])
    page = acting(guide).post(url)
    login = {"login": "robin", "password": page.context["password"]}
    assert client.post(reverse("account_login"), login).status_code == 302
    assert there.get(reverse("participants:my_plan")).status_code == 302  # signed out elsewhere
    assert AuditEvent.objects.filter(subject="user", participants=[robin_person.pk]).exists()


def test_a_guide_opens_no_account_of_a_colleague(acting, guide, robin_person):
    MembershipFactory(user=robin_person.user)
    url = reverse("participants:password_renew", args=[robin_person.public_id])
    answer = acting(guide).post(url)
    assert answer.status_code == 422
    assert "Be administratören" in answer.text
    assert not answer.context["password"]
