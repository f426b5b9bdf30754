"""Claim what is due, under a lease with a token.

Several dispatchers may run at once: each takes rows that no other holds. A row whose lease ran
out belongs to whoever takes it next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from portal.reminders.kinds import Recipient
from portal.reminders.models import Priority

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from portal.reminders.models import Channel, RecipientKind
    from portal.reminders.sending.outcomes import Verdict

# `next_at` is when a row should be looked at: for one that is being sent, when its lease ends.
CLAIM = """
WITH picked AS (
  SELECT id, lease_token FROM reminders_reminder
  WHERE priority = %s AND status IN ('PLANNED', 'SENDING') AND next_at <= now()
    AND channel = ANY(%s)
  ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE reminders_reminder AS held SET
  status = 'SENDING', attempt = held.attempt + 1, lease_token = gen_random_uuid(),
  next_at = now() + make_interval(secs => %s),
  late = greatest(0, extract(epoch FROM now() - held.ready_at))::integer
FROM picked WHERE held.id = picked.id
RETURNING held.id, held.public_id, held.kind, held.subject_id, held.recipient_kind,
  held.recipient_id, held.channel, held.due_at, held.attempt, held.repeats,
  held.lease_token, held.stopped_at IS NOT NULL, picked.lease_token, now(),
  held.address
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until its lease ends."""

    pk: int
    public_id: UUID
    kind: str
    subject_id: int
    recipient_kind: RecipientKind
    recipient_id: int
    channel: Channel
    due_at: datetime
    attempt: int
    repeats: int
    token: UUID
    is_stopped: bool
    dropped_token: UUID | None  # of an earlier lease, which ran out
    at: datetime  # by the database's clock
    address: str  # what stands for the number that the last SMS went to
    has_failed: bool = False  # the last message to this address did not arrive
    is_in_doubt: bool = False  # it may have gone by this way already
    put_off: Verdict | None = None  # what is right if it has not gone: that is asked about first

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.recipient_kind, self.recipient_id)


def take(channels: Collection[Channel], most: int | None = None) -> list[Claim]:
    """Take due rows, the urgent ones first, at most as many as there are free threads."""
    taken: list[Claim] = []
    with connection.cursor() as cursor:
        for priority in Priority:
            room = (most or settings.REMINDER_AT_ONCE) - len(taken)
            cursor.execute(CLAIM, [priority, list(channels), room, settings.REMINDER_LEASE])
            taken += [Claim(*row) for row in cursor.fetchall()]
    return taken
