"""Write what became of a claimed row; only whoever still holds its lease may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Least, Now

from portal.context import AS_SYSTEM, Purpose, as_system
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import (
    NEEDS_SOMEBODY,
    Channel,
    Line,
    Reason,
    RecipientKind,
    Reminder,
    ReminderAttempt,
    Status,
)
from portal.reminders.preferences import count_failure, forget_failures
from portal.reminders.sending import failures
from portal.reminders.ways import NO_CHOICE, WHO_CHOOSES, chosen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from portal.reminders.channels import Outcome
    from portal.reminders.sending.claims import Claim

MOST_REPEATS = 1  # a double harms less than silence, but once
chance = SystemRandom()

# The lines are written whoever owns the rows by now; a row only by whoever holds its lease. Sent
# together with the purpose, the statement is one transaction and one way there and back.
ACCEPT = """
WITH given AS (
  SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[])
  AS given (id, token, code, gateway, reference)
), line AS (
  INSERT INTO reminders_reminderattempt (reminder_id, lease_token, line, code, gateway, reference)
  SELECT id, token, 'ACCEPTED', code, gateway, reference FROM given
  ON CONFLICT DO NOTHING -- it stood already: only the database's answer was lost
)
UPDATE reminders_reminder AS held
SET status = 'ACCEPTED', reason = '', ended_at = now(), lease_token = NULL
FROM given
WHERE held.id = given.id AND held.lease_token = given.token AND held.status = 'SENDING'
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a claimed row becomes. PLANNED puts it forward: to a moment, or by a wait."""

    status: Status
    reason: Reason = Reason.NONE
    next_at: datetime | None = None  # known beforehand, and then no attempt was used up
    wait: timedelta = timedelta()
    channel: Channel | None = None  # another way than it was planned for; then at once
    is_aside: bool = False  # until `next_at` for the sake of another message: its own time has come


def wait_after(attempt: int) -> timedelta:
    """Return a wait that doubles with each attempt, anywhere below it so that none go in step."""
    longest = settings.REMINDER_WAIT * 2 ** (attempt - 1)
    return timedelta(seconds=chance.uniform(0, min(settings.REMINDER_LONGEST_WAIT, longest)))


def later(claim: Claim) -> Verdict:
    """Return the verdict on a row that could not be sent now."""
    if claim.attempt >= settings.REMINDER_TRIES:
        return Verdict(Status.GIVEN_UP, Reason.TOO_MANY_TRIES)
    return Verdict(Status.PLANNED, wait=wait_after(claim.attempt))


def begin(claims: Iterable[Claim], gateways: Mapping[int, str] = MappingProxyType({})) -> None:
    """Write that the calls begin, in a transaction of their own, before the first of them."""
    with as_system(Purpose.REMINDERS):
        ReminderAttempt.objects.bulk_create(
            ReminderAttempt(
                reminder_id=one.pk,
                lease_token=one.token,
                line=Line.BEGUN,
                gateway=gateways.get(one.pk, ""),
            )
            for one in claims
        )


def write(claim: Claim, outcome: Outcome) -> str:
    """Write how a call ended, and return what the row became: `late` when it is not ours."""
    if outcome.line == Line.ACCEPTED:
        return "accepted" if accept([(claim, outcome)]) else "late"
    failures.tell(claim, outcome)
    with as_system(Purpose.REMINDERS):
        ReminderAttempt.objects.create(
            reminder_id=claim.pk,
            lease_token=claim.token,
            line=outcome.line,
            code=outcome.code,
            gateway=outcome.gateway,
        )
        held = Reminder.objects.select_for_update().filter(pk=claim.pk)
        row = held.filter(lease_token=claim.token).first()
        if row is None:
            return "late"
        if outcome.line == Line.PERMANENT and outcome.is_of_address:
            count_failure(claim.recipient, claim.channel)
        verdict = _another_way(claim, _after(claim, row, outcome))
        if outcome.gateway and outcome.line == Line.TRANSIENT:
            held.update(gateway="")  # nobody has it: the next one asked may be another
        settle(claim, verdict)
        return str(verdict.status.lower())


def accept(ended: Sequence[tuple[Claim, Outcome]]) -> int:
    """Write what nearly every call ends with, for those that ended by now, in one statement.

    Return how many of the rows were still ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            AS_SYSTEM + ACCEPT,
            [
                Purpose.REMINDERS,
                [claim.pk for claim, _outcome in ended],
                [claim.token for claim, _outcome in ended],
                [outcome.code for _claim, outcome in ended],
                [outcome.gateway for _claim, outcome in ended],
                [outcome.reference for _claim, outcome in ended],
            ],
        )
        cursor.nextset()
        ours = int(cursor.rowcount)
    # An SMS that arrives has a receipt for that.
    mended = [one.recipient for one, _ in ended if one.has_failed and one.channel == Channel.EMAIL]
    if mended:
        with as_system(Purpose.REMINDERS):
            forget_failures(mended, Channel.EMAIL)
    return ours


def _after(claim: Claim, row: Reminder, outcome: Outcome) -> Verdict:
    """Return what a row becomes after a call that did not end well."""
    if outcome.line == Line.PERMANENT:
        return Verdict(Status.FAILED, Reason.REFUSED)
    if row.stopped_at:
        return Verdict(Status.CANCELLED, Reason.NOT_WANTED)
    is_unknown = outcome.line == Line.UNKNOWN
    if not is_unknown and not row.repeats:
        return later(claim)
    # It may have gone: then it is sent once more at most, and never another way.
    if claim.attempt >= settings.REMINDER_TRIES or (
        row.repeats and (is_unknown or outcome.gateway)
    ):
        return Verdict(Status.GIVEN_UP, Reason.UNKNOWN)
    if outcome.gateway:
        return Verdict(Status.PLANNED, wait=timedelta(seconds=settings.REMINDER_LOOK_UP))
    return later(claim)


def _another_way(claim: Claim, verdict: Verdict) -> Verdict:
    """Return the next way of a message that is known not to have gone, where there is one."""
    if claim.recipient_kind not in WHO_CHOOSES:
        return verdict
    if verdict.reason not in (Reason.REFUSED, Reason.TOO_MANY_TRIES):
        return verdict
    way = _next_way(claim.recipient, claim.channel, claim.kind)
    return Verdict(Status.PLANNED, channel=way) if way else verdict


def is_owed(row: Claim | Reminder, status: Status, reason: Reason) -> bool:
    """Answer whether a colleague shall be asked to tell a participant what this row could not.

    Also when it asked a colleague to: then another one.
    """
    is_unsaid = status in NEEDS_SOMEBODY
    if row.recipient_kind == RecipientKind.PARTICIPANT:
        return is_unsaid or reason == Reason.BY_HAND
    kind = registry.kinds.get(row.kind)
    return is_unsaid and bool(kind and kind.is_duty)


def turn(row: Reminder, status: Status) -> None:
    """Write how a row fares as its gateway told, whoever holds it: their own write comes late."""
    Reminder.objects.filter(pk=row.pk).update(
        status=status,
        reason=Reason.NONE,
        ended_at=Coalesce("ended_at", Now()),
        lease_token=None,
        is_owed=False,
    )
    if status == Status.DELIVERED:
        forget_failures(
            [Recipient(RecipientKind(row.recipient_kind), row.recipient_id)], Channel(row.channel)
        )


def bounce(row: Reminder) -> None:
    """Write that a message was taken and did not arrive: it goes another way, or a human tells."""
    recipient = Recipient(RecipientKind(row.recipient_kind), row.recipient_id)
    way = None
    count_failure(recipient, Channel(row.channel))
    if recipient.kind in WHO_CHOOSES:
        way = _next_way(recipient, Channel(row.channel), row.kind)
    held = Reminder.objects.filter(pk=row.pk)
    if way:
        held.update(**_by(way), ready_at=Now(), ended_at=None)
    else:
        held.update(
            status=Status.FAILED,
            reason=Reason.NOT_DELIVERED,
            ended_at=Now(),
            lease_token=None,
            is_owed=is_owed(row, Status.FAILED, Reason.NOT_DELIVERED),
        )


def _next_way(recipient: Recipient, way: Channel, code: str) -> Channel | None:
    kind = registry.kinds.get(code)
    if kind is None:  # another version of the portal knows it
        return None
    choice = chosen_by([recipient]).get(recipient, NO_CHOICE)
    found = registry.addresses[recipient.kind]([recipient.pk])
    return choice.after(way, kind, found.get(recipient.pk))


def _by(way: Channel) -> dict[str, object]:
    """Return what a row is that goes another way: the first try by it, and it stays with it."""
    return {
        "status": Status.PLANNED,
        "reason": Reason.NONE,
        "channel": way,
        "attempt": 1,
        "gateway": "",
        "next_at": Now(),
        "lease_token": None,
        "stopped_at": None,  # whether it is wanted is asked again
    }


def settle(claim: Claim, verdict: Verdict) -> bool:
    """Let go of a row with a verdict; return whether it was still ours."""
    held = Reminder.objects.filter(pk=claim.pk, lease_token=claim.token, status=Status.SENDING)
    if verdict.status != Status.PLANNED:
        changed = held.update(
            status=verdict.status,
            reason=verdict.reason,
            ended_at=Now(),
            lease_token=None,
            is_owed=is_owed(claim, verdict.status, verdict.reason),
            channel=verdict.channel or claim.channel,
        )
    elif verdict.channel:
        changed = held.update(**_by(verdict.channel))
    elif verdict.next_at:
        changed = held.update(
            status=Status.PLANNED,
            reason=verdict.reason,
            next_at=verdict.next_at,
            gateway="",  # nobody has it: it keeps no other from its number
            ready_at=F("ready_at") if verdict.is_aside else verdict.next_at,
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
