"""Judge claimed rows once more, from the subject as it stands now: who shall still be told?"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import translation

from portal.reminders.channels import Letter
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Channel, Reason, Reminder, Status
from portal.reminders.sending import handing, holding, outcomes
from portal.reminders.sending.outcomes import MOST_REPEATS, Verdict
from portal.reminders.times import local, midnight, quiet_around
from portal.reminders.ways import BY_HAND, NEVER_SENT, NO_CHOICE, WHO_CHOOSES, barest, chosen_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from portal.reminders.channels import Doubt
    from portal.reminders.kinds import Address, Due, ReminderKind
    from portal.reminders.sending.claims import Claim
    from portal.reminders.ways import Preference

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a kind answers about its subjects at this moment."""

    due: Mapping[int, Due]
    recipients: Mapping[int, Collection[Recipient]]
    valid: Collection[int]


type Choices = Mapping[Recipient, Preference]
type Answer = Letter | Verdict


def judge(claims: Iterable[Claim], counts: Counter[str]) -> list[tuple[Claim, Letter]]:
    """Return what shall be sent, each with its letter; everything else gets its verdict here."""
    verdicts, left, doubts = _from_the_past(list(claims), counts)
    held, left = holding.hold(left)
    verdicts += held
    by_kind: dict[str, list[Claim]] = defaultdict(list)
    for claim in left:
        by_kind[claim.kind].append(claim)
    letters: list[tuple[Claim, Letter]] = []
    choices = chosen_by({claim.recipient for claim in left})
    for code, some in by_kind.items():
        for claim, answer in _answers(code, some, choices):
            if isinstance(answer, Verdict):
                verdicts.append((claim, answer))
            else:
                letters.append((claim, answer))
    letters, put_aside = handing.hand(letters, doubts)
    for claim, verdict in verdicts + put_aside:
        outcomes.settle(claim, verdict)
        counts[verdict.status.lower()] += 1
    return letters


def _from_the_past(
    claims: list[Claim], counts: Counter[str]
) -> tuple[list[tuple[Claim, Verdict]], list[Claim], dict[int, Doubt]]:
    """Settle what earlier attempts have settled, and count what must be sent a second time.

    A beginning without an end is an outcome that nobody knows. An SMS is asked for; for e-mail
    there is nobody to ask: one more send, then a human.
    """
    past = handing.tried([claim.pk for claim in claims if claim.attempt > 1])
    verdicts: list[tuple[Claim, Verdict]] = []
    left: list[Claim] = []
    doubts: dict[int, Doubt] = {}
    for claim in claims:
        tried = past.get(claim.pk) or handing.Tried()
        is_asked_for = claim.channel == Channel.SMS
        is_unknown = tried.is_unknown(claim.dropped_token) and not is_asked_for
        if tried.is_accepted(claim.channel):
            verdicts.append((claim, Verdict(Status.ACCEPTED)))
        elif claim.is_stopped:
            verdicts.append((claim, Verdict(Status.CANCELLED, Reason.NOT_WANTED)))
        elif is_unknown and tried.unknown > MOST_REPEATS:
            verdicts.append((claim, Verdict(Status.GIVEN_UP, Reason.UNKNOWN)))
        else:
            left.append(claim)
            if is_asked_for and (doubt := tried.doubt()):
                doubts[claim.pk] = doubt
                left[-1] = replace(claim, is_in_doubt=True)
            elif not is_asked_for and tried.unknown > claim.repeats:
                left[-1] = replace(claim, repeats=tried.unknown)
                Reminder.objects.filter(pk=claim.pk).update(repeats=tried.unknown)
                counts["repeats"] += tried.unknown - claim.repeats
    return verdicts, left, doubts


def _answers(code: str, some: list[Claim], choices: Choices) -> list[tuple[Claim, Answer]]:
    """Ask a kind about its claims; what fails is tried later, and takes nobody else with it."""
    try:
        with transaction.atomic():
            return list(_ask(registry.kinds[code], some, choices))
    except Exception as error:
        # The database fails for all alike, and to ask it for each may take longer than a lease.
        if len(some) > 1 and code in registry.kinds and not isinstance(error, DatabaseError):
            return [pair for one in some for pair in _answers(code, [one], choices)]
        # without the traceback: what a query says of its error quotes values
        log.error("reminders of kind %s: %s", code, type(error).__name__)  # noqa: TRY400
        return [(claim, outcomes.later(claim)) for claim in some]


def _ask(
    kind: ReminderKind, claims: list[Claim], choices: Choices
) -> Iterator[tuple[Claim, Answer]]:
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
        address, choice = addresses.get(claim.recipient), choices.get(claim.recipient, NO_CHOICE)
        verdict = _no_more(claim, subjects)
        if verdict is None and claim.recipient in silent:
            verdict = Verdict(Status.SUPPRESSED, Reason.PROTECTED)
        way = _way(kind, claim, choice, address)
        verdict = (
            verdict
            or _lost(claim, way)
            or _unasked(kind, way)
            or _not_now(kind, claim, choice, subjects)
        )
        if way in BY_HAND:
            verdict = verdict or Verdict(Status.SUPPRESSED, Reason.BY_HAND, channel=way)
        if claim.is_in_doubt and verdict and verdict.next_at:
            claim, verdict = replace(claim, put_off=verdict), None  # noqa: PLW2901
        if verdict or address is None or way is None:
            yield claim, verdict or Verdict(Status.SUPPRESSED, Reason.NO_ADDRESS)
            continue
        due = subjects.due[claim.subject_id]
        with translation.override(choice.language or address.language):
            message = kind.text(due, claim.recipient)
            if choice.shares_phone and way == Channel.SMS:
                message = barest()
        if way == Channel.SMS:
            message = message.by_sms
        is_put_off = claim.put_off is not None
        letter = Letter(claim.public_id, address, message, due.not_after, is_put_off=is_put_off)
        yield _over(claim, way, choice), letter


def _way(
    kind: ReminderKind, claim: Claim, choice: Preference, address: Address | None
) -> Channel | None:
    """Return which way a row takes now, or None when no way leads to its recipient.

    What has been tried stays with its way for as long as that is allowed: a second way is taken
    only when the first has refused the message, and never while it may still have gone.
    """
    if claim.recipient_kind not in WHO_CHOOSES:
        return claim.channel if address else None
    ways = choice.ways(kind, address)
    if claim.attempt > 1 and claim.channel in ways:
        return claim.channel
    if claim.repeats:
        ways = [one for one in ways if one in NEVER_SENT]
    return ways[0] if ways else None


def _lost(claim: Claim, way: Channel | None) -> Verdict | None:
    """Return the verdict on what may have gone by a way that may not be gone again; or None."""
    is_lost = claim.is_in_doubt and way != claim.channel
    return Verdict(Status.GIVEN_UP, Reason.UNKNOWN) if is_lost else None


def _over(claim: Claim, way: Channel, choice: Preference) -> Claim:
    """Let a row go by the way that holds now; the outcome is written about that one."""
    if way != claim.channel:
        Reminder.objects.filter(pk=claim.pk, lease_token=claim.token).update(channel=way)
    elif way not in choice.failing:
        return claim
    return replace(claim, channel=way, has_failed=way in choice.failing)


def _unasked(kind: ReminderKind, way: Channel | None) -> Verdict | None:
    """Return the verdict on what is sent nowhere, and told by nobody; or None."""
    if way is None:  # what nobody else will do is given up in sight of those who run the portal
        status = Status.GIVEN_UP if kind.is_duty else Status.SUPPRESSED
        return Verdict(status, Reason.NO_ADDRESS)
    return Verdict(Status.SUPPRESSED, Reason.NOT_ASKED_FOR) if way == Channel.NONE else None


def _silent(without_address: Collection[Recipient]) -> set[Recipient]:
    """Return who of them is never written to, so that the figures tell it from a gap."""
    found = set()
    for kind in {one.kind for one in without_address} & registry.silent.keys():
        pks = {one.pk for one in without_address if one.kind == kind}
        found |= {Recipient(kind, pk) for pk in registry.silent[kind](pks)}
    return found


def _no_more(claim: Claim, subjects: Subjects) -> Verdict | None:
    """Return why a row shall not be said at all, by any way, or None."""
    due = subjects.due.get(claim.subject_id)
    recipients = subjects.recipients.get(claim.subject_id, ())
    if due is None or due.at != claim.due_at or claim.recipient not in recipients:
        return Verdict(Status.SUPPRESSED, Reason.NOT_WANTED)
    if claim.subject_id not in subjects.valid:
        return Verdict(Status.SUPPRESSED, Reason.NOT_VALID)
    return None


def _not_now(
    kind: ReminderKind, claim: Claim, choice: Preference, subjects: Subjects
) -> Verdict | None:
    """Return why a row shall not be sent now: too late, a pause or the quiet; or None."""
    due = subjects.due[claim.subject_id]
    if claim.at >= due.not_after:
        return Verdict(Status.GIVEN_UP, Reason.TOO_LATE)
    if claim.attempt > settings.REMINDER_TRIES:
        return Verdict(Status.GIVEN_UP, Reason.TOO_MANY_TRIES)
    is_paused = choice.is_paused(local(claim.at).date()) and not kind.is_duty
    if is_paused and choice.paused_until:
        ends = midnight(choice.paused_until)
        if ends >= due.not_after:
            return Verdict(Status.SUPPRESSED, Reason.PAUSED)
        return Verdict(Status.PLANNED, next_at=ends)
    quiet = quiet_around(claim.at, choice.rest) if kind.rests else None
    return _after_the_quiet(quiet[1], due) if quiet else None


def _after_the_quiet(ends: datetime, due: Due) -> Verdict:
    """Return the verdict on what is due in the quiet: nobody is woken, then a human says it."""
    if ends < due.not_after:
        return Verdict(Status.PLANNED, next_at=ends)
    return Verdict(Status.GIVEN_UP, Reason.TOO_LATE)
