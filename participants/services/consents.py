"""The person's yes to share: written down from paper or speech, and taken back at any time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from participants.models import ALONE, Consent, Participant
from participants.notifications import running_out
from portal import audit
from portal.models import AuditAct, InfoType, Organisation
from portal.reminders import planning
from portal.submissions import SentBefore, expect_same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


class AskedAlone(Exception):
    """Health or money stood beside something else: each has a question of its own."""


def hold(participant: Participant) -> None:
    """Let whoever changes what a person shares do so one at a time."""
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)


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
    hold(participant)
    kinds = set(info_types)
    if len(kinds) > 1 and kinds & set(ALONE):
        raise AskedAlone
    said: dict[str, Any] = {
        "participant": participant,
        "receiver": receiver,
        "purpose": purpose,
        "given": given,
        "witness": witness,
        "valid_until": end_of(until),
    }
    known = list(Consent.objects.filter(submission_id=submission_id))
    if known:
        if {row.info_type for row in known} != kinds:
            raise SentBefore
        for row in known:
            expect_same(row, withdrawn_at=None, **said)
        return known
    return say_yes(by=by, info_types=kinds, submission_id=submission_id, **said)


def end_of(day: date) -> datetime:
    """Return the moment when a yes no longer holds whose last day this is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def say_yes(
    *,
    participant: Participant,
    receiver: Organisation,
    purpose: str,
    info_types: Collection[InfoType],
    by: Actor,
    **fields: Any,
) -> list[Consent]:
    """Write the rows of a yes, of a person who is held; one of the same kind goes over into it."""
    now = timezone.now()
    same: dict[str, Any] = {
        "participant": participant,
        "receiver": receiver,
        "purpose": purpose,
    }
    before = Consent.objects.in_force().filter(info_type__in=info_types, **same)
    before.update(withdrawn_at=now)
    written = {"recorded_by_id": by.user_id, "valid_from": now, **same, **fields}
    rows = [Consent.objects.create(info_type=kind, **written) for kind in sorted(info_types)]
    running_out.plan(participant.pk)
    note(AuditAct.CREATE, participant, by=by, subject_id=rows[0].pk, kinds=info_types)
    return rows


@transaction.atomic
def withdraw_consents(
    *,
    participant: Participant,
    receiver: Organisation,
    by: Actor,
    info_type: InfoType | None = None,
) -> int:
    """Stop sharing with an organisation at once, or one kind only; return how many yes ended.

    Nothing is deleted. What was to be said to somebody who no longer reads is cancelled here and
    now; the dispatcher would hold it back as well.
    """
    hold(participant)
    held = Consent.objects.in_force().filter(participant=participant, receiver=receiver)
    if info_type is not None:
        held = held.filter(info_type=info_type)
    kinds = [InfoType(kind) for kind in held.values_list("info_type", flat=True)]
    ended = held.update(withdrawn_at=timezone.now())
    if ended:
        planning.replan(participant.pk)
        running_out.plan(participant.pk)  # what ends together with it is said by another of them
        note(AuditAct.CHANGE, participant, by=by, subject_id=receiver.pk, kinds=kinds)
    return ended


def note(
    act: AuditAct,
    participant: Participant,
    *,
    by: Actor,
    subject_id: int,
    kinds: Iterable[InfoType],
    subject: str = "consent",
) -> None:
    """Write the line in the log, in words that belong to this subject."""
    audit.record(
        act,
        subject,
        by=by,
        participants=[participant.pk],
        subject_id=subject_id,
        info_types=sorted(InfoType(kind) for kind in kinds),
    )
