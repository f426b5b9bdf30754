"""Many at once: real connections, real commits, one outcome."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from participants.models import Consent, Contact, MainContact, Participant, Step, TeamMember
from participants.services import consents, people, releases
from portal.models import Access, InfoType
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    QuestionFactory,
    StepFactory,
    TeamMemberFactory,
)

AT_ONCE = 8


def together(count, act):
    """Run `act(number)` in so many threads, all let go at the same moment."""
    gate = Barrier(count)

    def run(number):
        try:
            gate.wait(timeout=30)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def person(transactional_db, robin_person):
    return robin_person


def test_the_same_note_sent_eight_times_at_once_is_stored_once(acting, guide, person):
    url = reverse("participants:contact_write", args=[person.public_id])
    form = {
        "submission_id": str(uuid4()),
        "mode": "PHONE",
        "step": "Ring",
        "when": "1",
        "doer": "ME",
        "audience": "TEAM",
    }
    browsers = [acting(guide) for _ in range(AT_ONCE)]
    answers = together(AT_ONCE, lambda number: browsers[number].post(url, form))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert (Contact.objects.count(), Step.objects.count()) == (1, 1)


def test_two_managers_give_a_contact_at_once_and_one_holds_the_question(person, guide, member):
    chosen = [member("GUIDE").membership for _ in range(2)]
    together(
        2,
        lambda number: people.set_main_contact(
            participant=Participant.objects.get(pk=person.pk),
            membership=chosen[number],
            by=guide,
        ),
    )
    assert MainContact.objects.open().get(participant=person).membership in chosen


def test_eight_finish_a_step_at_once_and_one_of_them_did_it(acting, guide, person):
    step = StepFactory(participant=person)
    url = reverse("participants:step_finish", args=[step.public_id])
    browsers = [acting(guide) for _ in range(AT_ONCE)]
    answers = together(AT_ONCE, lambda number: browsers[number].post(url))
    assert {answer.status_code for answer in answers} == {302}
    assert Step.objects.get().finished_at <= timezone.now()


def test_a_withdrawal_that_races_a_change_of_team_is_never_undone(person, guide, case_manager):
    receiver = case_manager.membership.unit.owner
    for _ in range(5):
        ConsentFactory(
            participant=person,
            receiver=receiver,
            recorded_by=guide.user,
            valid_from=timezone.now(),
        )
        member = TeamMemberFactory(
            participant=person,
            membership=case_manager.membership,
            rests_on_consent=True,
            started_at=timezone.now(),
        )
        together(
            2,
            lambda number, member=member: (
                consents.withdraw_consents(participant=person, receiver=receiver, by=guide)
                if number
                else people.end_team_member(member=member, by=guide, end_reason="Klart")
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT access_differences()")
            assert cursor.fetchone() == (0,)
        held = Access.objects.filter(
            user_id=case_manager.user.pk, participant_id=person.pk, valid_until=None
        )
        assert not held.exists()
    assert not TeamMember.objects.open().exists()


def test_the_same_yes_written_down_by_eight_at_once_holds_once(person, guide, social):
    def write(_number):
        consents.record_consent(
            participant=person,
            by=guide,
            submission_id=uuid4(),
            receiver=social,
            info_types=[InfoType.PLAN],
            purpose="COORDINATE",
            given="PAPER",
            witness="",
            until=timezone.localdate() + timedelta(days=30),
        )

    together(AT_ONCE, write)
    assert Consent.objects.in_force().count() == 1


def test_robin_answers_in_eight_windows_at_once_and_one_answer_stands(
    acting, robin, person, social
):
    question = QuestionFactory(participant=person, receiver=social)
    url = reverse("participants:my_question", args=[question.public_id])
    browsers = [acting(robin) for _ in range(AT_ONCE)]
    given = ["YES", "NO"] * (AT_ONCE // 2)
    answers = together(
        AT_ONCE, lambda number: browsers[number].post(url, {"answer": given[number]})
    )
    assert {answer.status_code for answer in answers} == {302}
    question.refresh_from_db()
    assert Consent.objects.count() == (question.answer == "YES")


def test_what_is_shown_while_the_yes_is_taken_back_is_never_read(person, guide, case_manager):
    receiver = case_manager.membership.unit.owner
    note = ContactFactory(participant=person)
    TeamMemberFactory(participant=person, membership=case_manager.membership, rests_on_consent=True)
    for _ in range(5):
        yes = ConsentFactory(
            participant=person, receiver=receiver, sharing="PUSH", valid_from=timezone.now()
        )

        def act(number, yes=yes):
            if number:
                consents.withdraw_consents(participant=person, receiver=receiver, by=guide)
                return
            with suppress(releases.NoYes):
                releases.release_item(item=note, consent=yes, by=guide)

        together(2, act)
        assert not Contact.objects.visible_to(case_manager).exists()
