"""A decision is waited for, moved, and answered; who watches it is told when it is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import AwaitedDecision, Participant
from participants.notifications import awaiting
from participants.services.plan import add_step, owner_of
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor
    from portal.models import Membership


class AlreadyAnswered(Exception):
    """Somebody else wrote the answer between our read and our write."""


@transaction.atomic
def add_decision(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID,
    text: str,
    authority: str,
    asked_on: date,
    expected_on: date,
    watcher: Membership,
    meanwhile: str = "",
) -> AwaitedDecision:
    """Write down what is waited for; what happens meanwhile becomes a step of the person's."""
    decision, is_new = once(
        AwaitedDecision,
        submission_id,
        participant=participant,
        author=by.user,
        owner_id=owner_of(participant, by),
        info_type=InfoType.PLAN,
        text=text,
        authority=authority,
        asked_on=asked_on,
        expected_on=expected_on,
        watcher=watcher,
    )
    if is_new:
        if meanwhile:
            add_step(participant=participant, by=by, submission_id=None, text=meanwhile)
        awaiting.plan_decision(decision.pk)
        _note(AuditAct.CREATE, decision, by=by)
    return decision


@transaction.atomic
def move_decision(
    *, decision: AwaitedDecision, by: Actor, expected_on: date, watcher: Membership
) -> None:
    """Count on the answer by another day, or let somebody else watch it; the timer follows."""
    waiting = AwaitedDecision.objects.waiting().filter(pk=decision.pk)
    if not waiting.update(expected_on=expected_on, watcher=watcher):
        raise AlreadyAnswered
    awaiting.plan_decision(decision.pk)
    _note(AuditAct.CHANGE, decision, by=by)


@transaction.atomic
def answer_decision(
    *, decision: AwaitedDecision, by: Actor, answer: str, answer_text: str, answered_on: date
) -> None:
    """Write down the answer that has come, or that nobody waits any more."""
    waiting = AwaitedDecision.objects.waiting().filter(pk=decision.pk)
    if not waiting.update(
        answer=answer,
        answer_text=answer_text,
        answered_on=answered_on,
        answered_at=timezone.now(),
        answered_by=by.user,
    ):
        raise AlreadyAnswered
    awaiting.plan_decision(decision.pk)
    _note(AuditAct.CHANGE, decision, by=by)


def _note(act: AuditAct, decision: AwaitedDecision, *, by: Actor) -> None:
    audit.record(
        act,
        "awaiteddecision",
        by=by,
        participants=[decision.participant_id],
        subject_id=decision.pk,
        info_types=[InfoType.PLAN],
    )
