"""The intake opens a record at a first meeting, with a reason that the person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import Intake, IntakeOpening, Participant, Protection
from participants.models.protection import LEAST_WORDS
from portal import audit
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from portal.actor import Actor


class CannotOpen(Exception):
    """The person does not wait in the intake of the own unit, or is protected."""


class TooFewWords(Exception):
    """A reason that the person shall read takes more words than that."""


@transaction.atomic
def open_at_first_meeting(
    *, participant: Participant, by: Actor, reason: str, now: datetime
) -> IntakeOpening:
    """Open the record to the end of the day; opening again on that day returns what is open."""
    if len(reason.strip()) < LEAST_WORDS:
        raise TooFewWords
    within = Participant.objects.visible_to(by).filter(
        pk=participant.pk, in_intake=True, protection=Protection.NONE, closed_at=None
    )
    intake = Intake.objects.filter(participant__in=within, closed_at=None).first()
    if intake is None or by.membership is None:
        raise CannotOpen
    held = IntakeOpening.objects.filter(
        intake=intake, membership=by.membership, until__gt=now
    ).first()
    if held:
        return held
    opening = IntakeOpening.objects.create(
        participant=participant,
        intake=intake,
        membership=by.membership,
        reason=reason.strip(),
        opened_at=now,
        until=end_of_day(now),
    )
    audit.record(
        AuditAct.CREATE,
        "intakeopening",
        by=replace(by, purpose=reason.strip()[:200]),
        participants=[participant.pk],
        subject_id=opening.pk,
        info_types=[InfoType.CONTACT],
    )
    return opening


def end_of_day(now: datetime) -> datetime:
    """Return the midnight that ends the day in Sweden."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))
