"""Who reads what: the rule of portal/access.py, asked through the pages."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact, Participant, Step, TeamMember
from participants.services import consents, people
from portal.access import REACH
from portal.models import Access, AuditEvent, InfoType
from tests.factories import ConsentFactory, ContactFactory, StepFactory, TeamMemberFactory


def note_url(contact):
    return reverse("participants:contact_detail", args=[contact.public_id])


def record_url(person):
    return reverse("person_record", args=[person.public_id])


@pytest.fixture
def note(robin_person, guide):
    return ContactFactory(participant=robin_person, author=guide.user, text="Vill prova cyklar.")


@pytest.fixture
def shared(robin_person, case_manager, guide):
    """Noor walks along, on Robin's yes."""
    consent = ConsentFactory(
        participant=robin_person,
        receiver=case_manager.membership.unit.owner,
        recorded_by=guide.user,
    )
    TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )
    return consent


def test_the_guide_reads_her_note(acting, guide, note):
    assert "Vill prova cyklar." in acting(guide).get(note_url(note)).text


def test_robin_reads_what_is_written_about_robin(acting, robin, note):
    assert "Vill prova cyklar." in acting(robin).get(note_url(note)).text


def test_a_case_manager_of_another_department_reads_the_note_with_robins_yes(
    acting, case_manager, shared, note
):
    browser = acting(case_manager)
    assert "Vill prova cyklar." in browser.get(note_url(note)).text
    assert "Vill prova cyklar." in browser.get(record_url(note.participant)).text


def test_a_withdrawn_yes_closes_the_note_and_the_record_on_the_next_request(
    acting, case_manager, shared, note, robin
):
    browser = acting(case_manager)
    assert browser.get(note_url(note)).status_code == 200
    acting(robin).post(reverse("participants:consent_withdraw", args=[shared.public_id]))
    assert browser.get(note_url(note)).status_code == 404
    assert browser.get(record_url(note.participant)).status_code == 404
    assert "Robin" not in browser.get(reverse("participants:person_list")).text


def test_an_expired_yes_closes_the_note_without_anybody_doing_anything(
    acting, case_manager, shared, note, time_machine
):
    browser = acting(case_manager)
    consents_end = timezone.now() + timedelta(seconds=1)
    type(shared).objects.filter(pk=shared.pk).update(valid_until=consents_end)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.1)")
    assert browser.get(note_url(note)).status_code == 404


def test_a_yes_to_plans_does_not_open_the_notes(acting, case_manager, shared, note):
    type(shared).objects.filter(pk=shared.pk).update(info_type=InfoType.PLAN)
    step = StepFactory(participant=note.participant, text="Ring Fontänhuset")
    page = acting(case_manager).get(record_url(note.participant))
    assert step.text in page.text
    assert "Vill prova cyklar." not in page.text
    assert acting(case_manager).get(note_url(note)).status_code == 404


def test_a_yes_hands_noor_no_keys_and_widens_no_yes(acting, case_manager, shared, note):
    browser, person = acting(case_manager), note.participant
    keys = ("code_hand", "card_make", "password_renew", "person_confirm")
    for name in (*keys, "consent_record", "team_member_choose"):
        url = reverse(f"participants:{name}", args=[person.public_id])
        assert browser.post(url).status_code in {403, 405}, name
        assert browser.get(url).status_code in {403, 405}, name
    record = browser.get(record_url(person)).text
    assert "Hjälp personen att logga in" not in record
    assert "Ge ett nytt lösenord" not in record
    assert "Skriv ner ett ja" not in record
    delar = browser.get(reverse("participants:sharing", args=[person.public_id])).text
    assert "Skriv ner ett ja" not in delar
    assert "Inget är antecknat." not in delar  # Noor reads no other organisation's list


def test_a_note_for_the_own_organisation_is_not_shared_by_a_yes(
    acting, case_manager, shared, note, guide
):
    Contact.objects.filter(pk=note.pk).update(audience="OWN_ORGANISATION")
    assert acting(case_manager).get(note_url(note)).status_code == 404
    assert acting(guide).get(note_url(note)).status_code == 200


def test_what_is_held_back_is_hidden_from_robin_until_its_day(acting, robin, guide, note):
    held = {
        "held_back_until": timezone.now() + timedelta(days=3),
        "held_back_reason": "Vi tar det när vi ses",
    }
    Contact.objects.filter(pk=note.pk).update(**held)
    assert acting(robin).get(note_url(note)).status_code == 404
    assert acting(guide).get(note_url(note)).status_code == 200
    Contact.objects.filter(pk=note.pk).update(held_back_until=timezone.now())
    assert acting(robin).get(note_url(note)).status_code == 200


def test_a_stranger_gets_the_same_answer_as_for_somebody_who_does_not_exist(acting, outsider, note):
    browser = acting(outsider)
    answers = [
        browser.get(record_url(note.participant)),
        browser.get(reverse("person_record", args=["00000000-0000-4000-8000-000000000000"])),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    texts = [re.sub(r"value=\"\w{64}\"", "", answer.text) for answer in answers]
    assert texts[0] == texts[1]


def test_a_team_member_of_the_same_organisation_reads_without_a_yes(acting, job_coach, note):
    TeamMemberFactory(participant=note.participant, membership=job_coach.membership)
    assert acting(job_coach).get(note_url(note)).status_code == 200


def test_a_job_coach_sees_nothing_about_health(acting, job_coach, note):
    TeamMemberFactory(participant=note.participant, membership=job_coach.membership)
    Contact.objects.filter(pk=note.pk).update(info_type=InfoType.HEALTH)
    assert acting(job_coach).get(note_url(note)).status_code == 404


def test_an_ended_team_member_is_out_on_the_next_request(acting, guide, job_coach, note):
    member = TeamMemberFactory(participant=note.participant, membership=job_coach.membership)
    browser = acting(job_coach)
    assert browser.get(note_url(note)).status_code == 200
    people.end_team_member(member=member, by=guide, end_reason="Klart")
    assert browser.get(note_url(note)).status_code == 404


def test_an_ended_membership_ends_everything_on_the_next_request(acting, guide, note):
    browser = acting(guide)
    assert browser.get(note_url(note)).status_code == 200
    type(guide.membership).objects.filter(pk=guide.membership.pk).update(ended_at=timezone.now())
    answer = browser.get(note_url(note))
    assert answer.status_code == 302
    assert answer.url.startswith("/konto/login/")


def test_a_colleague_of_another_organisation_needs_a_yes_first(acting, guide, case_manager, note):
    url = reverse(
        "participants:team_member_add",
        args=[note.participant.public_id, case_manager.membership.pk],
    )
    form = {"submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f0", "reason": "Boende"}
    answer = acting(guide).post(url, form)
    assert answer.status_code == 422
    assert "Robin behöver säga ja först" in answer.text
    assert not TeamMember.objects.exists()


def test_a_guide_writes_down_a_yes_and_the_case_manager_comes_along(
    acting, guide, case_manager, note, settings
):
    settings.PORTAL_SHARING = "consented_view"
    browser = acting(guide)
    person = note.participant.public_id
    browser.post(
        reverse("participants:consent_record", args=[person]),
        {
            "submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f1",
            "receiver": case_manager.organisation_id,
            "info_types": [InfoType.FOLLOW_UP.value, InfoType.PLAN.value],
            "purpose": "COORDINATE",
            "given": "PAPER",
            "until": timezone.localdate() + timedelta(days=90),
        },
    )
    browser.post(
        reverse("participants:team_member_add", args=[person, case_manager.membership.pk]),
        {"submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f2", "reason": "Boende"},
    )
    assert acting(case_manager).get(note_url(note)).status_code == 200


def test_a_yes_may_last_a_year_at_most(acting, guide, social, robin_person):
    answer = acting(guide).post(
        reverse("participants:consent_record", args=[robin_person.public_id]),
        {
            "submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f1",
            "receiver": social.pk,
            "info_types": [InfoType.PLAN.value],
            "purpose": "COORDINATE",
            "given": "SPEECH",
            "until": timezone.localdate() + timedelta(days=400),
        },
    )
    assert answer.status_code == 422
    assert "Välj en dag inom tolv månader." in answer.text
    assert "Skriv vem som var med och hörde." in answer.text


def test_looking_at_a_record_is_written_in_the_log(acting, guide, note):
    acting(guide).get(record_url(note.participant))
    line = AuditEvent.objects.get()
    assert (line.act, line.participants) == ("VIEW", [note.participant.pk])
    assert line.user_id == guide.user.pk
    assert line.organisation_id == guide.organisation_id


def test_withdrawing_twice_changes_nothing(shared, robin, robin_person):
    stop = {"participant": robin_person, "receiver": shared.receiver, "by": robin}
    assert consents.withdraw_consents(**stop) == 1
    assert consents.withdraw_consents(**stop) == 0


def test_a_manager_reaches_names_in_her_units_but_no_record(acting, manager, note):
    assert Participant.objects.visible_to(manager).get() == note.participant
    assert acting(manager).get(record_url(note.participant)).status_code == 404


def test_a_team_change_leaves_no_difference_between_table_and_rule(shared, note):
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)
    assert Access.objects.filter(participant_id=note.participant.pk).count() >= 3


def test_the_roles_of_the_rule_are_those_of_the_code(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, info_types FROM role_reach")
        held = {role: set(kinds) for role, kinds in cursor.fetchall()}
    assert held == {str(role): {int(kind) for kind in kinds} for role, kinds in REACH.items()}


@pytest.mark.parametrize(
    ("kind", "page", "answers"),
    [
        (
            InfoType.PLAN,
            "contact_write",
            {"mode": "PHONE", "audience": "TEAM", "doer": "PERSON", "text": "Vi hördes"},
        ),
        (InfoType.FOLLOW_UP, "step_write", {"text": "Vi hördes", "doer": "PERSON"}),
    ],
)
def test_what_robin_has_not_said_yes_to_is_not_written_and_nothing_typed_is_lost(
    acting, case_manager, shared, note, kind, page, answers
):
    type(shared).objects.filter(pk=shared.pk).update(info_type=kind)
    url = reverse(f"participants:{page}", args=[note.participant.public_id])
    answer = acting(case_manager).post(url, {**answers, "submission_id": str(uuid4())})
    assert answer.status_code == 422
    assert "personen har inte sagt ja till att dela det" in answer.text
    assert "Vi hördes" in answer.text
    assert not Contact.objects.filter(text="Vi hördes").exists()
    assert not Step.objects.filter(text="Vi hördes").exists()
