"""*Anteckna*: a contact and the next step, in one sending; undone within ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from participants.models import Contact, Participant, Step
from participants.notifications.steps import plan_step
from participants.services.plan import UNDO, TooLate, add_step, owner_of
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import SentBefore, once

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from portal.actor import Actor
    from portal.models import Membership


class Changed(Exception):
    """Somebody else saved between our read and our write."""


@transaction.atomic
def write_contact(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID,
    occurred_at: datetime | None = None,
    step_text: str = "",
    step_due_on: date | None = None,
    step_assignee: Membership | None = None,
    **fields: Any,
) -> Contact:
    """Write a contact and, if there is one, the next step; the same sending makes one of each.

    `fields` are those of Contact: mode, counterpart, venue, outcome, minutes, text, audience,
    held_back_until, held_back_reason.
    """
    contact, is_new = once(
        Contact,
        submission_id,
        at_first={"occurred_at": occurred_at or timezone.now()},
        participant=participant,
        author=by.user,
        owner_id=owner_of(participant, by),
        info_type=InfoType.FOLLOW_UP,
        removed_at=None,
        **fields,
    )
    if step_text:
        add_step(
            participant=participant,
            by=by,
            submission_id=submission_id,
            text=step_text,
            due_on=step_due_on,
            assignee=step_assignee,
        )
    elif not is_new and Step.objects.filter(submission_id=submission_id).exists():
        raise SentBefore  # the step has been taken away
    if is_new:
        _note(AuditAct.CREATE, contact, by=by)
    return contact


@transaction.atomic
def undo_contact(*, contact: Contact, by: Actor) -> None:
    """Take a note back, with its step, within ten minutes and by its author only."""
    since = timezone.now() - UNDO
    fresh = Contact.objects.filter(pk=contact.pk, author=by.user, created_at__gt=since)
    if not fresh.filter(removed_at=None).update(removed_at=timezone.now()):
        raise TooLate
    step = Step.objects.open().filter(submission_id=contact.submission_id, author=by.user).first()
    if step:
        Step.objects.filter(pk=step.pk).update(removed_at=timezone.now())
        plan_step(step)
    _note(AuditAct.CHANGE, contact, by=by)


@transaction.atomic
def edit_contact(*, contact: Contact, by: Actor, version: int, **fields: Any) -> None:
    """Change a note that nobody else has changed since it was read as `version`."""
    unchanged = Contact.objects.filter(pk=contact.pk, version=version, author=by.user)
    if not unchanged.update(version=F("version") + 1, **fields):
        raise Changed
    _note(AuditAct.CHANGE, contact, by=by)


def _note(act: AuditAct, contact: Contact, *, by: Actor) -> None:
    audit.record(
        act,
        "contact",
        by=by,
        participants=[contact.participant_id],
        subject_id=contact.pk,
        info_types=[InfoType(contact.info_type)],
    )
