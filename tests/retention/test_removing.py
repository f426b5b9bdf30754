"""Two decide, a day passes, and then it goes: with a proof, and nothing more than was decided."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from employers.models import FollowUpNote, HowItGoes, Placement, PlacementFollowUp, Spoke
from participants.models import Contact, Goal, MainContact, Participant, PersonalNumber, Step
from participants.services.closing import reopen_person
from portal.models import Access, AuditEvent, InfoType, User
from portal.pages.retention import deciding, removing
from portal.pages.retention.models import Disposal, Entry, Proof, Rule
from tests.database import app_role
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    PlacementFactory,
    StepFactory,
    TeamMemberFactory,
    UserFactory,
)


def test_nothing_is_left_but_the_proof(mika, decided, carry_out, case_manager, social):
    at = mika.closed_at
    TeamMemberFactory(
        participant=mika, membership=case_manager.membership, started_at=at, ended_at=timezone.now()
    )
    ConsentFactory(participant=mika, receiver=social)
    StepFactory(participant=mika, created_at=at)
    account = UserFactory(username="mika.d")
    Participant.objects.filter(pk=mika.pk).update(user=account)
    disposal = decided()
    done = carry_out()
    assert (done.removed, done.kept) == (3, 0)
    assert not Participant.objects.filter(pk=mika.pk).exists()
    for model in (Contact, Step, MainContact):
        assert not model.objects.filter(participant=mika.pk).exists()
    assert not Access.objects.filter(participant_id=mika.pk).exists()
    assert not User.objects.filter(pk=account.pk).exists()
    proofs = Proof.objects.filter(disposal=disposal)
    assert {one.rule.info_type for one in proofs} == {
        InfoType.CONTACT,
        InfoType.PLAN,
        InfoType.FOLLOW_UP,
    }
    assert "Hemliga" not in json.dumps([one.counts for one in proofs])
    assert not Entry.objects.exists()
    disposal.refresh_from_db()
    assert disposal.finished_at


def test_second_run_finds_nothing_to_do(mika, decided, carry_out):
    decided()
    carry_out()
    assert vars(carry_out()) == dict.fromkeys(
        ("removed", "archived", "kept", "waiting", "elsewhere"), 0
    )


def test_run_that_was_killed_goes_on_where_it_was(mika, decided, carry_out, monkeypatch):
    decided()
    first = Entry.objects.order_by("-rule__info_type").first()
    removing._one(first.disposal, first.pk, by=removing.system("retention"))  # and then the power
    assert Participant.objects.filter(pk=mika.pk).exists()
    assert carry_out().removed == 1
    assert not Participant.objects.filter(pk=mika.pk).exists()
    assert Proof.objects.count() == 2


@pytest.mark.parametrize("state", ["proposed", "thinking", "withdrawn"])
def test_nothing_goes_without_a_decision_whose_time_has_come(
    mika, labour, karin, bo, state, carry_out
):
    proposed = deciding.propose(
        owner=labour, by=karin, submission_id=uuid4(), today=timezone.localdate()
    )
    if state != "proposed":
        deciding.confirm(disposal=proposed, by=bo)
    line = Entry.objects.first().pk
    if state == "withdrawn":
        deciding.withdraw(disposal=proposed, by=karin)
    assert carry_out().removed == 0
    with (
        pytest.raises(DatabaseError, match="nothing goes without a decision"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT retention_remove(%s, '')", [line])
    assert Contact.objects.filter(participant=mika).exists()


def test_whoever_comes_back_keeps_everything(mika, decided, carry_out, karin):
    disposal = decided()
    reopen_person(participant=mika, by=karin)
    done = carry_out()
    assert (done.removed, done.kept) == (0, 2)
    assert Contact.objects.filter(participant=mika).exists()
    disposal.refresh_from_db()
    assert (disposal.kept, bool(disposal.finished_at)) == (2, True)


def test_hold_stops_what_is_decided_but_not_done(mika, decided, carry_out, karin):
    decided()
    deciding.set_hold(participant=mika, by=karin, reason="Begäran om handlingar")
    assert carry_out().kept == 2
    assert Contact.objects.filter(participant=mika).exists()


def test_note_written_since_the_proposal_keeps_the_file(mika, decided, carry_out, labour):
    decided()
    ContactFactory(participant=mika, owner=labour, occurred_at=timezone.now())
    assert carry_out().removed == 0


def test_another_organisations_items_are_never_touched(mika, decided, carry_out, social, labour):
    step = StepFactory(participant=mika, owner=social, created_at=mika.closed_at)
    decided()
    assert carry_out().removed == 1
    assert Step.objects.filter(pk=step.pk).exists()
    assert Participant.objects.filter(pk=mika.pk).exists()


def test_placement_waits_for_the_notes_about_it(mika, decided, carry_out, guide, social, labour):
    """A note of another organisation keeps its placement; foreign keys are never broken."""
    at = mika.closed_at
    first_day = at.date() - timedelta(days=100)
    placement = PlacementFactory(
        participant=mika,
        owner=labour,
        supporter=guide.membership,
        created_at=at,
        starts_on=first_day,
    )
    note = FollowUpNote.objects.create(
        participant=mika,
        owner=social,
        info_type=InfoType.FOLLOW_UP,
        placement=placement,
        how_it_goes=HowItGoes.WELL,
        spoke_with=Spoke.PERSON,
        occurred_at=at,
        created_at=at,
    )
    PlacementFollowUp.objects.create(placement=placement, due_on=first_day, note=note)
    decided()
    carry_out()
    assert Placement.objects.filter(pk=placement.pk).exists()
    FollowUpNote.objects.filter(pk=note.pk).update(owner=labour)
    decided(1)
    carry_out()
    assert not Placement.objects.filter(pk=placement.pk).exists()
    assert not Participant.objects.filter(pk=mika.pk).exists()


def for_research(labour):
    Rule.objects.filter(owner=labour).update(archive_days=[12])


def test_who_is_born_on_a_day_of_research_is_handed_over(
    mika, labour, numbered, decided, carry_out, archive
):
    for_research(labour)
    numbered(mika, "19121212-1212")
    disposal = decided()
    done = carry_out()
    assert (done.archived, done.removed) == (2, 0)
    files = sorted((archive / str(disposal.public_id)).glob("*-*.json"))
    sums = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert sums == set(Proof.objects.values_list("sha256", flat=True))
    told = " ".join(path.read_text() for path in files)
    assert "Hemliga ord" in told
    assert "191212121212" in told
    assert not PersonalNumber.objects.exists()
    package = archive / str(disposal.public_id) / "package.json"
    expected = (package.parent / "package.json.sha256").read_text().split()[0]
    assert hashlib.sha256(package.read_bytes()).hexdigest() == expected


def test_without_a_directory_the_archive_waits_and_nothing_goes(
    mika, labour, numbered, decided, carry_out
):
    for_research(labour)
    numbered(mika, "19121212-1212")
    disposal = decided()
    assert carry_out().waiting == 2
    assert Contact.objects.filter(participant=mika).exists()
    disposal.refresh_from_db()
    assert disposal.finished_at is None


def test_what_nobody_has_answered_is_kept(mika, labour, decided, carry_out):
    for_research(labour)  # and Mika has no number
    disposal = decided()
    assert carry_out().removed == 0
    disposal.refresh_from_db()
    assert disposal.kept == 2
    assert Contact.objects.filter(participant=mika).exists()


def test_each_line_that_goes_stands_in_the_log_as_the_systems_work(mika, decided, carry_out):
    decided()
    carry_out()
    lines = AuditEvent.objects.filter(subject="disposal", user_id=None, purpose="retention")
    assert [one.participants for one in lines] == [[mika.pk], [mika.pk]]


def test_proof_can_be_changed_by_nobody(mika, decided, carry_out):
    decided()
    carry_out()
    for act in ("UPDATE retention_proof SET counts = '{}'", "DELETE FROM retention_proof"):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with app_role(), refused, transaction.atomic():
            connection.cursor().execute(act)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(act)


def test_database_refuses_a_decision_of_one(mika, labour, karin):
    proposed = deciding.propose(
        owner=labour, by=karin, submission_id=uuid4(), today=timezone.localdate()
    )
    now = timezone.now()
    with pytest.raises(DatabaseError, match="confirmed_by_somebody_else"), transaction.atomic():
        Disposal.objects.filter(pk=proposed.pk).update(
            confirmed_at=now, confirmed_by=karin.user, not_before=now
        )


def test_goal_of_the_person_goes_with_the_plan(mika, decided, carry_out, labour):
    Goal.objects.create(
        participant=mika,
        owner=labour,
        info_type=InfoType.PLAN,
        text="Jobba",
        created_at=mika.closed_at,
    )
    decided()
    carry_out()
    assert not Goal.objects.exists()
