"""Write what became of a claimed row; only whoever still holds its lease may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Least, Now

from portal.context import AS_SYSTEM, Purpose, as_system
from portal.reminders.models import Line, Reason, Reminder, ReminderAttempt, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from portal.reminders.channels import Outcome
    from portal.reminders.claims import Claim

MOST_REPEATS = 1  # a double harms less than silence, but once
chance = SystemRandom()

# The line is written whoever owns the row by now; the row only by whoever holds its lease. Sent
# together, the two statements are one transaction and one way there and back.
ACCEPT = """
WITH line AS (
  INSERT INTO reminders_reminderattempt (reminder_id, lease_token, line, code)
  VALUES (%s, %s, 'ACCEPTED', %s)
)
UPDATE reminders_reminder
SET status = 'ACCEPTED', reason = '', ended_at = now(), lease_token = NULL
WHERE id = %s AND lease_token = %s AND status = 'SENDING'
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a claimed row becomes. PLANNED puts it forward: to a moment, or by a wait."""

    status: Status
    reason: Reason = Reason.NONE
    next_at: datetime | None = None  # known beforehand, and then no attempt was used up
    wait: timedelta = timedelta()


def wait_after(attempt: int) -> timedelta:
    """Return a wait that doubles with each attempt, anywhere below it so that none go in step."""
    longest = settings.REMINDER_WAIT * 2 ** (attempt - 1)
    return timedelta(seconds=chance.uniform(0, min(settings.REMINDER_LONGEST_WAIT, longest)))


def later(claim: Claim) -> Verdict:
    """Return the verdict on a row that could not be sent now."""
    if claim.attempt >= settings.REMINDER_TRIES:
        return Verdict(Status.GIVEN_UP, Reason.TOO_MANY_TRIES)
    return Verdict(Status.PLANNED, wait=wait_after(claim.attempt))


def begin(claims: Iterable[Claim]) -> None:
    """Write that the calls begin, in a transaction of their own, before the first of them."""
    with as_system(Purpose.REMINDERS):
        ReminderAttempt.objects.bulk_create(
            ReminderAttempt(reminder_id=one.pk, lease_token=one.token, line=Line.BEGUN)
            for one in claims
        )


def write(claim: Claim, outcome: Outcome) -> str:
    """Write how a call ended, and return what the row became: `late` when it is not ours."""
    if outcome.line == Line.ACCEPTED:
        return "accepted" if _accept(claim, outcome) else "late"
    with as_system(Purpose.REMINDERS):
        ReminderAttempt.objects.create(
            reminder_id=claim.pk, lease_token=claim.token, line=outcome.line, code=outcome.code
        )
        held = Reminder.objects.select_for_update().filter(pk=claim.pk)
        row = held.filter(lease_token=claim.token).first()
        if row is None:
            return "late"
        verdict = _after(claim, row, outcome)
        if outcome.line == Line.UNKNOWN and verdict.status == Status.PLANNED:
            held.update(repeats=F("repeats") + 1)
        settle(claim, verdict)
        return str(verdict.status.lower())


def _accept(claim: Claim, outcome: Outcome) -> bool:
    """Write what nearly every call ends with, in one statement."""
    with connection.cursor() as cursor:
        row = (claim.pk, claim.token)
        cursor.execute(AS_SYSTEM + ACCEPT, [Purpose.REMINDERS, *row, outcome.code, *row])
        cursor.nextset()
        return bool(cursor.rowcount)


def _after(claim: Claim, row: Reminder, outcome: Outcome) -> Verdict:
    """Return what a row becomes after a call that did not end well."""
    if outcome.line == Line.PERMANENT:
        return Verdict(Status.FAILED, Reason.REFUSED)
    if row.stopped_at:
        return Verdict(Status.CANCELLED, Reason.NOT_WANTED)
    if outcome.line == Line.UNKNOWN and row.repeats >= MOST_REPEATS:
        return Verdict(Status.GIVEN_UP, Reason.UNKNOWN)
    return later(claim)


def settle(claim: Claim, verdict: Verdict) -> bool:
    """Let go of a row with a verdict; return whether it was still ours."""
    held = Reminder.objects.filter(pk=claim.pk, lease_token=claim.token, status=Status.SENDING)
    if verdict.status != Status.PLANNED:
        changed = held.update(
            status=verdict.status, reason=verdict.reason, ended_at=Now(), lease_token=None
        )
    elif verdict.next_at:
        changed = held.update(
            status=Status.PLANNED,
            next_at=verdict.next_at,
            attempt=F("attempt") - 1,
            lease_token=None,
        )
    else:  # never past the time when silence is better: then it is looked at once more, and ends
        changed = held.update(
            status=Status.PLANNED,
            next_at=Least(Now() + verdict.wait, F("not_after")),
            lease_token=None,
        )
    return bool(changed)
