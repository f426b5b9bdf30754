"""Send again what was given up or refused, where it still makes sense; a human asks for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.celery import nudge
from portal.context import Purpose, as_system
from portal.models import AuditAct
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Channel, Line, Reason, Reminder, ReminderAttempt, Status
from portal.reminders.models.running import NEVER_PAUSED
from portal.reminders.planning import database_time
from portal.reminders.sending import handing
from portal.reminders.tasks import dispatch_now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django_stubs_ext import StrOrPromise

    from portal.actor import Actor

BACK = timedelta(days=30)
MOST = 1000  # rows in one go
ARRIVED = "ARRIVED"  # given up without an answer, and accepted after all, as a late line says
WORDS = {
    ARRIVED: _("it has arrived after all"),
    Reason.NOT_DELIVERED: _("it did not arrive, so ring instead"),
}


@dataclass(slots=True)
class Replayed:
    """How many leave again, and why the others cannot."""

    again: int = 0
    cannot: Counter[str] = field(default_factory=Counter)

    @property
    def reasons(self) -> list[tuple[StrOrPromise, int]]:
        """Return why some cannot, in words, and how many: the most frequent first."""
        return [
            (WORDS.get(why) or Reason(why).label, number)
            for why, number in self.cannot.most_common()
        ]


@transaction.atomic
def replay(*, kind: str, by: Actor, only: UUID | None = None) -> Replayed:
    """Let what was given up of a kind, or one message of it, be sent again by the dispatcher."""
    done = Replayed()
    if kind not in registry.kinds or kind == NEVER_PAUSED:
        return done
    with as_system(Purpose.REMINDERS):
        ended = Reminder.objects.given_up(database_time() - BACK).filter(kind=kind)
        if only:
            ended = ended.filter(public_id=only)
        if late := ended.filter(not_after__lte=Now()).count():
            done.cannot[Reason.TOO_LATE] = late
        in_time = ended.filter(not_after__gt=Now()).select_for_update()
        held = list(in_time.order_by("-ended_at", "-pk")[:MOST])
        again = []
        for row, why in _judged(kind, held):
            if why:
                done.cannot[why] += 1
            else:
                again.append(row)
        # Tried once already: what may have gone one way is not sent by another.
        done.again = Reminder.objects.filter(pk__in=[row.pk for row in again]).update(
            status=Status.PLANNED,
            reason=Reason.NONE,
            attempt=1,
            next_at=Now(),
            ready_at=Now(),
            ended_at=None,
            is_owed=False,
        )
        # What was asked in vain before is asked again: the gateway may be well by now.
        ReminderAttempt.objects.bulk_create(
            ReminderAttempt(reminder=row, lease_token=uuid4(), line=Line.REPLAYED) for row in again
        )
    if again:
        told = {row.participant_id for row in again if row.participant_id}
        audit.record(AuditAct.CHANGE, "reminder", by=by, participants=sorted(told))
        nudge(dispatch_now)
    return done


def _judged(code: str, rows: list[Reminder]) -> Iterator[tuple[Reminder, str]]:
    """Ask the kind about each row as it stands now, and say why one cannot be sent any more."""
    kind, ids = registry.kinds[code], {row.subject_id for row in rows}
    due, recipients, valid = kind.due(ids), kind.recipients(ids), kind.still_valid(ids)
    past = handing.tried([row.pk for row in rows])
    now = database_time()
    for row in rows:
        wanted, to = due.get(row.subject_id), recipients.get(row.subject_id, ())
        recipient = Recipient(row.recipient_kind, row.recipient_id)  # type: ignore[arg-type]
        if row.reason == Reason.NOT_DELIVERED:
            yield row, Reason.NOT_DELIVERED
        elif row.pk in past and past[row.pk].is_accepted(Channel(row.channel)):
            yield row, ARRIVED
        elif wanted is None or wanted.at != row.due_at or recipient not in to:
            yield row, Reason.NOT_WANTED
        elif row.subject_id not in valid:
            yield row, Reason.NOT_VALID
        elif now >= min(wanted.not_after, row.not_after):
            yield row, Reason.TOO_LATE
        else:
            yield row, Reason.NONE
