"""Who is handed an SMS: one gateway until its outcome is known, and one message to a number at a
time, so that the history of a number tells which one it was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from portal.reminders.channels import Doubt, signs, sms
from portal.reminders.models import (
    Channel,
    Line,
    Reason,
    Receipt,
    Reminder,
    ReminderAttempt,
    Status,
)
from portal.reminders.sending.outcomes import MOST_REPEATS, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from portal.reminders.channels import Letter
    from portal.reminders.sending.claims import Claim

    type Ready = list[tuple[Claim, Letter]]

MOST_ASKED = 3  # look-ups without an answer; then it is sent once more, and counted
ASIDE = timedelta(seconds=2)  # until a number is looked at again that has a message on its way

# Whoever claims at the same moment waits for nothing: what they may not have, they put aside.
LOCK = """
SELECT one FROM unnest(%s::text[]) one
WHERE pg_try_advisory_xact_lock(hashtextextended(one, 51))
"""
ON_ITS_WAY = """
SELECT address FROM reminders_reminder WHERE address = ANY(%s) AND id <> ALL(%s)
  AND status IN ('PLANNED', 'SENDING') AND gateway <> '' AND recipient_kind <> 'CODE'
"""
HAND = """
UPDATE reminders_reminder AS held SET gateway = given.gateway, address = given.address
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, gateway, address)
WHERE held.id = given.id
"""


@dataclass(slots=True)
class Tried:
    """What the attempts at one row say together."""

    letters: dict[UUID, Line] = field(
        default_factory=dict
    )  # of what is no SMS, how each call ended
    open: dict[UUID, ReminderAttempt] = field(default_factory=dict)  # the calls that are in doubt
    accepted: set[str] = field(default_factory=set)  # by which gateways; "" is no SMS
    asked_in_vain: int = 0

    def take(self, one: ReminderAttempt) -> None:
        """Take the next line, in their order."""
        line = Line(one.line)
        if not one.gateway:
            self.letters[one.lease_token] = line
        if line == Line.ACCEPTED:
            self.accepted.add(one.gateway)
        if line == Line.BEGUN and one.gateway:
            self.open[one.lease_token] = one
        if line == Line.REPLAYED or one.code == sms.NOT_GONE:
            self.asked_in_vain = 0
        if line in {Line.TRANSIENT, Line.PERMANENT}:
            self._close(self.open.pop(one.lease_token, None))
        self.asked_in_vain += one.code.startswith(sms.ASKED)

    def _close(self, call: ReminderAttempt | None) -> None:
        """Take what was refused: before it was sent, the gateway was asked about those before it.

        Unless it never said.
        """
        if not self.is_blind:
            self.open = {
                token: one for token, one in self.open.items() if call and one.pk > call.pk
            }

    def is_accepted(self, way: Channel) -> bool:
        """Answer whether it has gone this way: an SMS that did not arrive goes another."""
        return any((gateway != "") == (way == Channel.SMS) for gateway in self.accepted)

    @property
    def is_blind(self) -> bool:
        return self.asked_in_vain >= MOST_ASKED

    def is_unknown(self, token: UUID | None) -> bool:
        """Answer whether a call began under this lease, and nobody wrote how it ended."""
        return token is not None and self.letters.get(token) == Line.BEGUN

    @property
    def unknown(self) -> int:
        """How many letters may have gone: nobody can be asked, so each further one repeats them."""
        return sum(line in {Line.BEGUN, Line.UNKNOWN} for line in self.letters.values())

    def doubt(self) -> Doubt | None:
        """Return which gateway may have been given it since when, if any may."""
        calls = list(self.open.values())
        if not calls:
            return None
        return Doubt(calls[0].gateway, min(one.at for one in calls), is_blind=self.is_blind)


def tried(pks: Collection[int]) -> dict[int, Tried]:
    """Read the attempts at some rows."""
    found: dict[int, Tried] = defaultdict(Tried)
    for one in ReminderAttempt.objects.filter(reminder__in=pks).order_by("pk") if pks else ():
        found[one.reminder_id].take(one)
    return found


def hand(letters: Ready, doubts: Mapping[int, Doubt]) -> tuple[Ready, list[tuple[Claim, Verdict]]]:
    """Say which gateway each SMS goes to, and put aside what must wait for another one.

    Inside the transaction of the claim: so that two who claim at once see each other's.
    """
    ready = [pair for pair in letters if pair[0].channel != Channel.SMS]
    texts = [pair for pair in letters if pair[0].channel == Channel.SMS]
    if not texts:
        return letters, []
    texts.sort(key=lambda pair: pair[0].pk not in doubts)  # what may have gone comes first
    names = {claim.pk: signs.number(letter.address.phone) for claim, letter in texts}
    busy = _busy({name for name in names.values() if name}, names)
    seen: set[str] = set()
    verdicts: list[tuple[Claim, Verdict]] = []
    given: list[tuple[int, str, str]] = []
    for claim, letter in texts:
        doubt, name = _today(doubts.get(claim.pk), claim, letter), names[claim.pk]
        is_code = _is_code(claim)
        is_new = doubt is None or doubt.is_elsewhere  # to this number
        verdict = _unasked(claim, doubt) if doubt else None
        if verdict is None and is_new and not is_code and name in busy | seen:
            verdict = Verdict(Status.PLANNED, next_at=claim.at + ASIDE, is_aside=True)
        if verdict:
            verdicts.append((claim, verdict))
            continue
        if name and not is_code:
            seen.add(name)
        gateway = doubt.gateway if doubt else sms.choose()
        given.append((claim.pk, gateway, name))
        told = replace(letter, gateway=gateway, is_code=is_code, token=claim.token)
        ready.append((claim, replace(told, doubt=doubt and _with_known(doubt, letter))))
    _write(given)
    _count([claim for claim, letter in ready if letter.is_blind])
    return ready, verdicts


def _is_code(claim: Claim) -> bool:
    return claim.recipient_kind == "CODE"


def _busy(names: set[str], own: Mapping[int, str]) -> set[str]:
    """Return the numbers that somebody else is writing to, or may have written to."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(names)])
        locked = {name for (name,) in cursor.fetchall()}
        cursor.execute(ON_ITS_WAY, [sorted(names), list(own)])
        return names - locked | {name for (name,) in cursor.fetchall()}


def _today(doubt: Doubt | None, claim: Claim, letter: Letter) -> Doubt | None:
    """Say of a doubt whether the history of the number that they have now can settle it."""
    if doubt is None:
        return None
    names = signs.numbers(letter.address.phone)
    if claim.address not in names or _is_beside_another(doubt, claim, names):
        return replace(doubt, is_blind=True, is_elsewhere=True)
    return doubt


def _is_beside_another(doubt: Doubt, claim: Claim, names: Collection[str]) -> bool:
    """Answer whether another message may have gone to the number just before, unknown by name.

    It was cancelled or given up in doubt, and so kept nobody from the number; the history would
    show it, and nobody could say which of the two it shows.
    """
    ended = Reminder.objects.filter(
        address__in=names,
        gateway=doubt.gateway,
        status__in=(Status.CANCELLED, Status.GIVEN_UP),
        ended_at__gt=doubt.since - 2 * sms.AROUND,
    )
    return ended.exclude(recipient_kind="CODE").exclude(pk=claim.pk).exists()


def _unasked(claim: Claim, doubt: Doubt) -> Verdict | None:
    """Return the verdict on what may have gone and is not asked about any more, or None.

    Nobody can be, or it was sent twice already and is unknown still; or the number is another one
    and it is to wait.
    """
    is_gone = doubt.gateway not in sms.accounts()
    if is_gone or (doubt.is_blind and claim.repeats >= MOST_REPEATS):
        return Verdict(Status.GIVEN_UP, Reason.UNKNOWN)
    return claim.put_off if doubt.is_elsewhere else None


def _with_known(doubt: Doubt, letter: Letter) -> Doubt:
    """Add what the gateway has told us of other messages to this number."""
    about = {
        "gateway": doubt.gateway,
        "reminder__address__in": signs.numbers(letter.address.phone),
        "at__gt": doubt.since - 2 * sms.AROUND,
    }
    known = {
        name
        for model in (ReminderAttempt, Receipt)
        for name in model._default_manager.filter(**about).values_list("reference", flat=True)
    }
    return replace(doubt, known=frozenset(known - {""}))


def _write(given: Iterable[tuple[int, str, str]]) -> None:
    rows = list(given)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(HAND, [list(column) for column in zip(*rows, strict=True)])


def _count(again: Collection[Claim]) -> None:
    if again:
        pks = [claim.pk for claim in again]
        Reminder.objects.filter(pk__in=pks).update(repeats=F("repeats") + 1)
