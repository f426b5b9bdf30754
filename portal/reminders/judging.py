"""Judge claimed rows once more, from the subject as it stands now: who shall still be told?"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation

from portal.reminders import outcomes
from portal.reminders.channels import Letter
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Line, Reason, Reminder, ReminderAttempt, Status
from portal.reminders.outcomes import MOST_REPEATS, Verdict
from portal.reminders.times import quiet_around

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from uuid import UUID

    from portal.reminders.claims import Claim
    from portal.reminders.kinds import Address, Due, ReminderKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a kind answers about its subjects at this moment."""

    due: Mapping[int, Due]
    recipients: Mapping[int, Collection[Recipient]]
    valid: Collection[int]


def judge(claims: Iterable[Claim], counts: Counter[str]) -> list[tuple[Claim, Letter]]:
    """Return what shall be sent, each with its letter; everything else gets its verdict here."""
    verdicts, left = _from_the_past(list(claims), counts)
    by_kind: dict[str, list[Claim]] = defaultdict(list)
    for claim in left:
        by_kind[claim.kind].append(claim)
    letters: list[tuple[Claim, Letter]] = []
    for code, some in by_kind.items():
        try:
            with transaction.atomic():  # a kind that fails must not take the others with it
                asked = list(_ask(registry.kinds[code], some))
        except Exception as error:
            # without the traceback: what a query says of its error quotes values
            log.error("reminders of kind %s: %s", code, type(error).__name__)  # noqa: TRY400
            asked = [(claim, outcomes.later(claim)) for claim in some]
        for claim, answer in asked:
            if isinstance(answer, Verdict):
                verdicts.append((claim, answer))
            else:
                letters.append((claim, answer))
    for claim, verdict in verdicts:
        outcomes.settle(claim, verdict)
        counts[verdict.status.lower()] += 1
    return letters


def _from_the_past(
    claims: list[Claim], counts: Counter[str]
) -> tuple[list[tuple[Claim, Verdict]], list[Claim]]:
    """Settle what earlier attempts have settled, and count what must be sent a second time.

    A beginning without an end is an outcome that nobody knows: one more send, then a human.
    """
    tried = [claim.pk for claim in claims if claim.attempt > 1]
    ends: dict[UUID, Line] = {}
    accepted = set()
    lines = ReminderAttempt.objects.filter(reminder__in=tried).order_by("pk") if tried else ()
    for one in lines:
        ends[one.lease_token] = Line(one.line)
        if one.line == Line.ACCEPTED:
            accepted.add(one.reminder_id)
    verdicts: list[tuple[Claim, Verdict]] = []
    left = []
    for claim in claims:
        is_unknown = claim.dropped_token and ends.get(claim.dropped_token) == Line.BEGUN
        if claim.pk in accepted:
            verdicts.append((claim, Verdict(Status.ACCEPTED)))
        elif claim.is_stopped:
            verdicts.append((claim, Verdict(Status.CANCELLED, Reason.NOT_WANTED)))
        elif is_unknown and claim.repeats >= MOST_REPEATS:
            verdicts.append((claim, Verdict(Status.GIVEN_UP, Reason.UNKNOWN)))
        else:
            left.append(claim)
            if is_unknown:
                Reminder.objects.filter(pk=claim.pk).update(repeats=claim.repeats + 1)
                counts["repeats"] += 1
    return verdicts, left


def _ask(kind: ReminderKind, claims: list[Claim]) -> Iterator[tuple[Claim, Letter | Verdict]]:
    """Ask a kind about all its subjects at once, and write the letters that still hold."""
    ids = {claim.subject_id for claim in claims}
    subjects = Subjects(kind.due(ids), kind.recipients(ids), kind.still_valid(ids))
    addresses: dict[Recipient, Address] = {}
    for who in {claim.recipient_kind for claim in claims}:
        pks = {claim.recipient_id for claim in claims if claim.recipient_kind == who}
        found = registry.addresses[who](pks)
        addresses |= {
            claim.recipient: found[claim.recipient_id]
            for claim in claims
            if claim.recipient_kind == who and claim.recipient_id in found
        }
    silent = _silent({claim.recipient for claim in claims} - addresses.keys())
    for claim in claims:
        address = addresses.get(claim.recipient)
        verdict = _verdict(kind, claim, subjects, address)
        if verdict and verdict.reason == Reason.NO_ADDRESS and claim.recipient in silent:
            verdict = Verdict(Status.SUPPRESSED, Reason.PROTECTED)
        if verdict or address is None:
            yield claim, verdict or Verdict(Status.SUPPRESSED, Reason.NO_ADDRESS)
            continue
        with translation.override(address.language):
            message = kind.text(subjects.due[claim.subject_id], claim.recipient)
        yield claim, Letter(claim.public_id, address, message)


def _silent(without_address: Collection[Recipient]) -> set[Recipient]:
    """Return who of them is never written to, so that the figures tell it from a gap."""
    found = set()
    for kind in {one.kind for one in without_address} & registry.silent.keys():
        pks = {one.pk for one in without_address if one.kind == kind}
        found |= {Recipient(kind, pk) for pk in registry.silent[kind](pks)}
    return found


def _verdict(
    kind: ReminderKind, claim: Claim, subjects: Subjects, address: Address | None
) -> Verdict | None:
    """Return why a row shall not be sent now, or None."""
    due = subjects.due.get(claim.subject_id)
    recipients = subjects.recipients.get(claim.subject_id, ())
    reason = Reason.NONE
    if due is None or due.at != claim.due_at or claim.recipient not in recipients:
        reason = Reason.NOT_WANTED
    elif claim.subject_id not in subjects.valid:
        reason = Reason.NOT_VALID
    elif address is None:
        reason = Reason.NO_ADDRESS
    if due is None or reason:
        return Verdict(Status.SUPPRESSED, reason)
    if claim.at >= due.not_after:
        return Verdict(Status.GIVEN_UP, Reason.TOO_LATE)
    if claim.attempt > settings.REMINDER_TRIES:
        return Verdict(Status.GIVEN_UP, Reason.TOO_MANY_TRIES)
    quiet = quiet_around(claim.at) if kind.rests else None
    if quiet and quiet[1] < due.not_after:
        return Verdict(Status.PLANNED, next_at=quiet[1])
    return None
