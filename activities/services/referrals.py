"""Ask for a place, answer, and take the question back; whoever is told is told by rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.models import Referral, ReferralAnswer
from activities.notifications import referring
from participants.models import Protection
from portal import audit
from portal.models import AuditAct, Ground, InfoType
from portal.reminders import times
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from activities.models import Entry
    from participants.models import Participant
    from portal.actor import Actor


class AlreadyAsked(Exception):
    """They have a question about this person to answer."""


class NobodyAnswers(Exception):
    """No colleague of theirs works here: one rings them instead."""


class KeptApart(Exception):
    """The identity is protected: nothing about the person goes to somebody else from here."""


class AlreadyEnded(Exception):
    """Answered, taken back or out of time, between the page and the tap."""


@transaction.atomic
def refer(
    *,
    participant: Participant,
    entry: Entry,
    by: Actor,
    told: str,
    now: datetime,
    submission_id: UUID | None = None,
) -> Referral:
    """Ask a unit about a place for a person who has agreed to what it is told."""
    if participant.protection != Protection.NONE:
        raise KeptApart
    if not referring.those_who_answer([entry.unit_id]):
        raise NobodyAnswers
    today = timezone.localdate(now)
    of_both = Referral.objects.unanswered().filter(participant=participant, receiver=entry.unit_id)
    of_both.filter(expires_on__lt=today).update(taken_back_at=now)  # asked anew
    timers = {
        "sent_at": now,
        "remind_on": times.working_day_after(today, referring.REMIND_AFTER),
        "expires_on": times.working_day_after(today, referring.EXPIRE_AFTER),
        "first_name": participant.first_name,
    }
    try:
        with transaction.atomic():
            made, is_new = once(
                Referral,
                submission_id,
                at_first=timers,
                participant=participant,
                owner_id=by.organisation_id,
                sender=by.membership,
                receiver_id=entry.unit_id,
                entry=entry,
                told=told,
            )
    except IntegrityError:
        raise AlreadyAsked from None
    if is_new:
        _said(AuditAct.CREATE, made, by=by)
    return made


@transaction.atomic
def answer_referral(
    *, referral: Referral, answer: ReferralAnswer, reason: str, by: Actor, now: datetime
) -> None:
    """Say yes or no for the unit, once and in time."""
    waiting = Referral.objects.waiting(timezone.localdate(now)).filter(pk=referral.pk)
    if not waiting.update(answer=answer, reason=reason, answered_at=now, answered_by=by.user):
        raise AlreadyEnded
    _said(AuditAct.CHANGE, referral, by=by, ground=Ground.RELEASE)


@transaction.atomic
def take_back_referral(*, referral: Referral, by: Actor, now: datetime) -> None:
    """Take back a question: it has no answer yet, or has run out of time."""
    if not Referral.objects.unanswered().filter(pk=referral.pk).update(taken_back_at=now):
        raise AlreadyEnded
    _said(AuditAct.CHANGE, referral, by=by)


def _said(act: AuditAct, referral: Referral, *, by: Actor, ground: Ground | None = None) -> None:
    referring.plan([referral.pk])
    audit.record(
        act,
        "referral",
        by=by,
        participants=[referral.participant_id],
        subject_id=referral.pk,
        info_types=[InfoType.ACTIVITY],
        ground=ground,
    )
