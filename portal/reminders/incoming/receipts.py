"""What a gateway tells afterwards of a message: kept first, then applied, and only forward."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Now

from portal.context import Purpose, as_system
from portal.reminders.models import Channel, Line, Receipt, Reminder, ReminderAttempt, Status
from portal.reminders.sending import outcomes

if TYPE_CHECKING:
    from uuid import UUID

    from portal.reminders.channels.gateway import Report

# A gateway tells for hours, and a phone that is off is tried for days. What comes later is old.
LASTS = timedelta(days=8)
# From which statuses a receipt may carry a row on. One that we gave up may have arrived after all.
ON_THE_WAY = {Status.PLANNED, Status.SENDING}
FORWARD = {
    Status.ACCEPTED: ON_THE_WAY,
    Status.DELIVERED: {*ON_THE_WAY, Status.ACCEPTED, Status.GIVEN_UP},
    Status.FAILED: {*ON_THE_WAY, Status.ACCEPTED},
}


class TooOld(Exception):
    """The attempt that it names is over since long."""


def take(*, gateway: str, public_id: UUID, token: UUID, report: Report) -> bool:
    """Keep a receipt, and carry the row on; return whether it told anything new.

    It may come doubled, in any order, and before we ourselves know that the message was taken.
    """
    with as_system(Purpose.REMINDERS):
        calls = ReminderAttempt.objects.filter(lease_token=token, line=Line.BEGUN)
        if calls.filter(at__lt=Now() - LASTS).exists():
            raise TooOld
        held = Reminder.objects.select_for_update().filter(public_id=public_id)
        row = held.filter(pk__in=calls.values("reminder_id")).first()
        _kept, is_new = Receipt.objects.get_or_create(
            gateway=gateway,
            reference=report.reference,
            word=report.word,
            defaults={"code": report.code, "reminder": row, "lease_token": token},
        )
        if is_new and row:
            _apply(row, gateway, token, report)
        return is_new


def _apply(row: Reminder, gateway: str, token: UUID, report: Report) -> None:
    is_failed = report.status == Status.FAILED
    ReminderAttempt.objects.bulk_create(
        [
            ReminderAttempt(
                reminder=row,
                lease_token=token,
                line=Line.PERMANENT if is_failed else Line.ACCEPTED,
                code=report.word,
                gateway=gateway,
                reference=report.reference,
            )
        ],
        ignore_conflicts=True,  # we know already how that call ended
    )
    if row.status not in FORWARD[report.status]:
        return
    if not is_failed:
        outcomes.turn(row, report.status)
    elif row.channel == Channel.SMS and not _went_again(row, token):
        outcomes.bounce(row)


def _went_again(row: Reminder, token: UUID) -> bool:
    """Answer whether another call has begun or was accepted: this one's failing is not the end."""
    if row.status == Status.SENDING and row.lease_token != token:
        return True
    return row.attempts.filter(line=Line.ACCEPTED).exclude(lease_token=token).exists()
