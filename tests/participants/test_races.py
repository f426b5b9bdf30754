"""Many at once: real connections, real commits, one outcome."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact, MainContact, Participant, Step, TeamMember
from participants.services import consents, people
from portal.models import Access
from tests.factories import ConsentFactory, StepFactory, TeamMemberFactory

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
        ConsentFactory(participant=person, receiver=receiver, recorded_by=guide.user)
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
