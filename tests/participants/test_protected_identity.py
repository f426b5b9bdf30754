"""Protected identity: Robin exists for named staff alone, and on no screen by name."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import (
    NamedStaff,
    Participant,
    ProtectedDetails,
    Protection,
    ProtectionChange,
)
from participants.notifications.steps import silent
from participants.reach import addresses
from participants.services import imports, people, protection
from portal.models import Access, AuditEvent
from portal.permissions import Role
from tests.activities.factories import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.database import app_role
from tests.factories import ConsentFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
WHY = "Hotbild, beslut av polisen i veckan"


@pytest.fixture(autouse=True)
def no_difference():
    """After each test the rows are what the rule would compute anew."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences(), caseload_differences()")
        assert cursor.fetchone() == (0, 0)


@pytest.fixture
def reachable(robin_person):
    """Robin has a number and an address, as everybody."""
    Participant.objects.filter(pk=robin_person.pk).update(
        phone="+46701740605", email="robin@example.org"
    )
    robin_person.refresh_from_db()
    return robin_person


@pytest.fixture
def hidden(reachable, manager, guide):
    """Karin has protected Robin, whom screens call Kimberly; Samira is named."""
    protection.set_protection(
        participant=reachable,
        protection=Protection.REGISTRATION,
        alias="Kimberly",
        reason=WHY,
        named=[guide.membership],
        by=manager,
    )
    reachable.refresh_from_db()
    return reachable


def sees(actor, person):
    return Participant.objects.visible_to(actor).filter(pk=person.pk).exists()


def test_karin_protects_robin_on_the_page(acting, manager, guide, reachable):
    browser = acting(manager)
    found = browser.get(reverse("participants:protected_list"), {"q": "robin alm"})
    url = reverse("participants:protection_set", args=[reachable.public_id])
    assert url in found.text
    answer = browser.post(
        url,
        {"protection": "2", "alias": "Kimberly", "named": [guide.membership.pk], "reason": WHY},
    )
    assert answer.status_code == 302
    page = browser.get(url).text
    assert "Samira" in page
    assert WHY in page
    reachable.refresh_from_db()
    assert (reachable.protection, reachable.name, str(reachable.phone)) == (2, "Kimberly", "")


def test_a_protection_needs_a_reason_of_some_words(acting, manager, reachable):
    url = reverse("participants:protection_set", args=[reachable.public_id])
    answer = acting(manager).post(url, {"protection": "1", "alias": "Kimberly", "reason": "Hot"})
    assert answer.status_code == 422
    assert not ProtectionChange.objects.exists()


@pytest.mark.parametrize("role", [Role.GUIDE, Role.CASE_MANAGER, Role.JOB_COACH])
def test_nobody_but_a_manager_protects_or_lifts(role, member, reachable):
    with pytest.raises(Exception, match=r"participants\.protection_set"):
        protection.set_protection(
            participant=reachable,
            protection=Protection.MARKED,
            alias="Kimberly",
            reason=WHY,
            by=member(role),
        )


def test_only_those_who_are_named_see_the_person(
    hidden, guide, job_coach, manager, outsider, member
):
    TeamMemberFactory(participant=hidden, membership=job_coach.membership)
    colleague = member(Role.GUIDE)
    other_manager = member(Role.MANAGER)
    assert sees(guide, hidden)
    assert sees(manager, hidden)
    assert not any(sees(one, hidden) for one in (job_coach, outsider, colleague, other_manager))
    assert hidden.unit_id is None


def test_a_consent_opens_nothing_to_a_colleague_who_is_not_named(hidden, case_manager, guide):
    ConsentFactory(
        participant=hidden, receiver=case_manager.membership.unit.owner, recorded_by=guide.user
    )
    TeamMemberFactory(participant=hidden, membership=case_manager.membership, rests_on_consent=True)
    assert not sees(case_manager, hidden)


def test_a_colleague_who_is_named_later_sees_and_one_who_is_taken_away_does_not(
    acting, manager, hidden, job_coach
):
    TeamMemberFactory(participant=hidden, membership=job_coach.membership)
    browser, coach = acting(manager), acting(job_coach)
    record = reverse("person_record", args=[hidden.public_id])
    where = [hidden.public_id, job_coach.membership.pk]
    assert coach.get(record).status_code == 404
    browser.post(reverse("participants:named_add", args=where))
    assert coach.get(record).status_code == 200
    browser.post(reverse("participants:named_end", args=where))
    assert coach.get(record).status_code == 404


def test_no_page_of_the_named_guide_shows_name_number_or_place(acting, guide, hidden, leader):
    house = ActivityFactory(name="Huset vid hamnen", organiser=leader.membership.unit)
    EnrolmentFactory(participant=hidden, activity=house, owner=guide.membership.unit.owner)
    browser = acting(guide)
    record = reverse("person_record", args=[hidden.public_id])
    for url in (record, record + "?visa=allt", reverse("participants:person_list")):
        page = browser.get(url).text
        assert "Kimberly" in page
        for word in ("Robin", "Almqvist", "070-174", "robin@example.org", "Huset vid hamnen"):
            assert word not in page, (url, word)


def test_name_and_number_stand_on_a_page_of_their_own_which_is_logged(acting, guide, hidden):
    page = acting(guide).get(reverse("participants:reach_show", args=[hidden.public_id])).text
    assert "Robin Almqvist" in page
    assert "tel:+46701740605" in page or "tel:+46-70-174-06-05" in page
    line = AuditEvent.objects.order_by("pk").last()
    assert (line.act, line.participants) == ("VIEW", [hidden.pk])


def test_the_search_of_a_manager_does_not_find_who_is_protected(acting, member, hidden):
    other = acting(member(Role.MANAGER))
    for name in ("Robin", "Kimberly"):
        page = other.get(reverse("participants:protected_list"), {"q": name}).text
        assert str(hidden.public_id) not in page


def test_the_door_knows_nobody_by_that_name_until_the_leader_is_named(
    acting, leader, manager, hidden
):
    house = ActivityFactory(organiser=leader.membership.unit)
    EnrolmentFactory(participant=hidden, activity=house, owner=house.owner)
    door = reverse("activities:session_door", args=[SessionFactory(activity=house).pk])
    browser = acting(leader)
    assert "Kimberly" not in browser.get(door).text
    protection.name_colleague(participant=hidden, membership=leader.membership, by=manager)
    page = browser.get(door).text
    assert "Kimberly" in page
    assert "Robin" not in page


def test_a_new_leader_of_the_house_does_not_see_who_is_protected(leader, member, hidden):
    house = ActivityFactory(organiser=leader.membership.unit)
    EnrolmentFactory(participant=hidden, activity=house, owner=house.owner)
    assert not sees(member(Role.ACTIVITY_LEADER, leader.membership.unit), hidden)


def test_no_message_goes_out_and_the_reason_is_told(hidden):
    assert addresses([hidden.pk]) == {}
    assert silent([hidden.pk]) == {hidden.pk}


def test_each_look_raises_an_alarm_without_saying_who(acting, guide, hidden, caplog):
    with caplog.at_level(logging.WARNING):
        acting(guide).get(reverse("person_record", args=[hidden.public_id]))
    (alarm,) = [one for one in caplog.records if "protected_identity_seen" in str(one.msg)]
    assert alarm.levelno == logging.WARNING
    for word in ("Robin", "Kimberly", str(hidden.public_id), f" {hidden.pk} "):
        assert word not in str(alarm.msg)


def test_the_person_who_looks_at_the_own_pages_raises_no_alarm(acting, robin, hidden, caplog):
    with caplog.at_level(logging.WARNING):
        page = acting(robin).get(reverse("participants:my_plan"))
    assert page.status_code == 200
    assert "protected_identity_seen" not in caplog.text


def test_robin_goes_on_writing_in_the_own_plan(acting, robin, hidden):
    answer = acting(robin).post(
        reverse("participants:my_step_write"),
        {"submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f9", "text": "Ring", "when": "1"},
    )
    assert answer.status_code == 302


def test_a_guide_cannot_hand_over_to_somebody_who_is_not_named(acting, guide, member, hidden):
    new = member(Role.GUIDE)
    where = [hidden.public_id, new.membership.pk]
    page = reverse("participants:main_contact_set", args=where)
    answer = acting(guide).post(page, {"sure": "yes"})
    assert answer.status_code == 422
    assert "Din chef behöver namnge kollegan först." in answer.text


def test_a_manager_names_by_giving_the_contact(manager, member, hidden):
    new = member(Role.GUIDE)
    people.set_main_contact(participant=hidden, membership=new.membership, by=manager)
    assert sees(new, hidden)


def test_lifting_puts_name_and_number_back_and_keeps_the_history(
    acting, manager, outsider, guide, hidden, member
):
    acting(manager).post(
        reverse("participants:protection_lift", args=[hidden.public_id]), {"reason": WHY}
    )
    hidden.refresh_from_db()
    assert (hidden.name, str(hidden.phone)) == ("Robin Almqvist", "070-174 06 05")
    assert hidden.user.first_name == "Robin"
    assert sees(member(Role.MANAGER), hidden)
    assert not ProtectedDetails.objects.exists()
    assert not NamedStaff.objects.open().exists()
    assert list(ProtectionChange.objects.order_by("pk").values_list("protection", flat=True)) == [
        2,
        0,
    ]


def test_the_history_cannot_be_rewritten(hidden):
    for act in ("update", "delete"):
        rows = ProtectionChange.objects.all()
        denied = pytest.raises(DatabaseError, match="permission denied")
        with app_role(), denied, transaction.atomic():
            rows.update(reason="x") if act == "update" else rows.delete()


def test_an_import_protects_before_anybody_sees(guide, manager, outsider, unit):
    head = "Förnamn;Efternamn;Mobil;Enhet;Guide (e-post);Skyddad\n"
    row = f"Ture;Ek;070-174 06 06;{unit.name};{guide.user.email};Fingerade uppgifter\n"
    imports.import_people((head + row).encode(), by=manager, now=timezone.now())
    ture = Participant.objects.get(protection=Protection.ASSUMED)
    assert ture.first_name.startswith("Person ")
    assert sees(guide, ture)
    assert not sees(manager, ture)
    assert ProtectedDetails.objects.visible_to(guide).get().name == "Ture Ek"


def test_an_import_of_a_protected_person_without_a_guide_is_wrong(manager, unit):
    head = "Förnamn;Efternamn;Enhet;Skyddad\n"
    report = imports.import_people(
        f"{head}Ture;Ek;{unit.name};sekretessmarkering\n".encode(), by=manager, now=timezone.now()
    )
    assert [row.why for row in report.rows] == ["en skyddad person behöver en namngiven guide"]


def test_no_ground_of_a_unit_is_left(hidden):
    held = Access.objects.filter(participant_id=hidden.pk)
    assert set(held.values_list("ground", flat=True)) == {1, 2, 5}


def test_a_manager_registers_somebody_who_is_protected_from_the_start(acting, manager, guide):
    form = {
        "submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2d1",
        "first_name": "Ture",
        "last_name": "Ek",
        "phone": "070-174 06 06",
        "protection": "3",
        "why_protected": "För kort",
    }
    browser = acting(manager)
    url = reverse("participants:person_register")
    assert browser.post(url, form).status_code == 422
    assert browser.post(url, form | {"why_protected": WHY}).status_code == 302
    ture = Participant.objects.get(protection=Protection.ASSUMED)
    assert ture.first_name.startswith("Person ")
    assert sees(manager, ture)
    assert not sees(guide, ture)
    assert "Ture" not in acting(guide).get(reverse("participants:intake_list")).text


def test_a_guide_is_told_to_let_the_manager_register(acting, guide):
    page = acting(guide).get(reverse("participants:person_register")).text
    assert "Skriv inget här. Din chef registrerar." in page
    assert 'name="protection"' not in page
