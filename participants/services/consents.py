"""The person's yes to share, recorded from paper or speech, and taken back at any time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import Consent, Participant
from portal import audit
from portal.models import AuditAct, InfoType, Organisation
from portal.submissions import SentBefore, expect_same

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
    if by.user is None:
        return []
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    last_moment = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
    said = {
        "participant": participant,
        "receiver": receiver,
        "purpose": purpose,
        "given": given,
        "witness": witness,
        "valid_until": last_moment,
    }
    kinds = set(info_types)
    known = list(Consent.objects.filter(submission_id=submission_id))
    if known:
        if {row.info_type for row in known} != kinds:
            raise SentBefore
        for row in known:
            expect_same(row, withdrawn_at=None, **said)
        return known
    rows = [
        Consent.objects.create(
            info_type=kind, recorded_by=by.user, submission_id=submission_id, **said
        )
        for kind in sorted(kinds)
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
