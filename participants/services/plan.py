"""Steps and the goal; the person and the colleagues work in the same plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import Goal, Participant, Step
from participants.notifications.steps import plan_step
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import expect_same, once

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor
    from portal.models import Membership

UNDO = timedelta(minutes=10)


class AlreadyFinished(Exception):
    """Somebody else finished the step between our read and our write."""


class TooLate(Exception):
    """More than ten minutes have passed, or it was somebody else's."""


def owner_of(participant: Participant, by: Actor) -> int:
    """Return the organisation that answers for what is written: the person's own goes home."""
    if by.organisation_id:
        return by.organisation_id
    unit = participant.unit
    if unit is None:  # protected, or closed before there was one
        held = participant.main_contacts.open().select_related("membership__unit").first()
        waits = participant.intakes.filter(closed_at=None).select_related("unit").first()
        unit = held.membership.unit if held else waits.unit if waits else None
    if unit is None or unit.owner_id is None:
        message = "a person without a unit has no plan"
        raise ValueError(message)
    return unit.owner_id


@transaction.atomic
def add_step(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID | None,
    text: str,
    due_on: date | None = None,
    assignee: Membership | None = None,
    owner_id: int | None = None,
) -> Step:
    """Add a step; `assignee` None means that the person does it. Sending twice makes one.

    `owner_id` is who answers for a step that somebody outside has asked for.
    """
    step, is_new = once(
        Step,
        submission_id,
        participant=participant,
        author=by.user,
        owner_id=owner_id or owner_of(participant, by),
        info_type=InfoType.PLAN,
        text=text,
        due_on=due_on,
        assignee=assignee,
        removed_at=None,
    )
    if is_new:
        plan_step(step)
        _note(AuditAct.CREATE, step, by=by)
    return step


@transaction.atomic
def finish_step(*, step: Step, by: Actor) -> None:
    """Finish a step that nobody else has finished."""
    claimed = Step.objects.open().filter(pk=step.pk)
    if not claimed.update(finished_at=timezone.now(), finished_by=by.user):
        raise AlreadyFinished
    plan_step(step)
    _note(AuditAct.CHANGE, step, by=by)


@transaction.atomic
def reopen_step(*, step: Step, by: Actor) -> None:
    """Undo within ten minutes: the step is open again."""
    since = timezone.now() - UNDO
    fresh = Step.objects.filter(pk=step.pk, finished_by=by.user, finished_at__gt=since)
    if not fresh.update(finished_at=None, finished_by=None):
        raise TooLate
    plan_step(step)
    _note(AuditAct.CHANGE, step, by=by)


@transaction.atomic
def move_step(*, step: Step, by: Actor, due_on: date | None) -> None:
    """Give an open step another day; the reminder follows."""
    if not Step.objects.open().filter(pk=step.pk).update(due_on=due_on):
        raise AlreadyFinished
    plan_step(step)
    _note(AuditAct.CHANGE, step, by=by)


@transaction.atomic
def set_goal(*, participant: Participant, by: Actor, submission_id: UUID, text: str) -> Goal:
    """Write the goal anew; the earlier one stays as history."""
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    known = Goal.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, participant=participant, text=text, replaced_at=None)
        return known
    participant.goals.current().update(replaced_at=timezone.now())
    goal = Goal.objects.create(
        participant=participant,
        owner_id=owner_of(participant, by),
        info_type=InfoType.PLAN,
        author=by.user,
        submission_id=submission_id,
        text=text,
    )
    audit.record(
        AuditAct.CREATE,
        "goal",
        by=by,
        participants=[participant.pk],
        subject_id=goal.pk,
        info_types=[InfoType.PLAN],
    )
    return goal


def _note(act: AuditAct, step: Step, *, by: Actor) -> None:
    audit.record(
        act,
        "step",
        by=by,
        participants=[step.participant_id],
        subject_id=step.pk,
        info_types=[InfoType.PLAN],
    )
