"""The person's yes to share, recorded from paper or speech, and taken back at any time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import Consent, Participant
from portal import audit
from portal.models import AuditAct, InfoType, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


@transaction.atomic
def record_consent(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID,
    receiver: Organisation,
    info_types: Iterable[InfoType],
    purpose: str,
    given: str,
    witness: str,
    until: date,
) -> list[Consent]:
    """Write one row per kind of information; `until` is the last day, counted to its end.

    Sending the same form twice makes the rows once.
    """
    known = list(Consent.objects.filter(submission_id=submission_id))
    if known or by.user is None:
        return known
    last_moment = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
    rows = [
        Consent.objects.create(
            participant=participant,
            receiver=receiver,
            info_type=kind,
            purpose=purpose,
            given=given,
            witness=witness,
            valid_until=last_moment,
            recorded_by=by.user,
            submission_id=submission_id,
        )
        for kind in info_types
    ]
    audit.record(
        AuditAct.CREATE,
        "consent",
        by=by,
        participants=[participant.pk],
        subject_id=rows[0].pk,
        info_types=[InfoType(row.info_type) for row in rows],
    )
    return rows


@transaction.atomic
def withdraw_consents(*, participant: Participant, receiver: Organisation, by: Actor) -> int:
    """Stop sharing with an organisation, at once; nothing is deleted. Return how many ended."""
    held = Consent.objects.in_force().filter(participant=participant, receiver=receiver)
    kinds = [InfoType(kind) for kind in held.values_list("info_type", flat=True)]
    ended = held.update(withdrawn_at=timezone.now())
    if ended:
        audit.record(
            AuditAct.CHANGE,
            "consent",
            by=by,
            participants=[participant.pk],
            subject_id=receiver.pk,
            info_types=kinds,
        )
    return ended
