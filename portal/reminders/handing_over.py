"""What the machine could not say, a colleague is asked to say: once the row has its outcome.

The row keeps a mark until somebody has been asked, so that whatever fails on the way is tried
again; each in a short transaction of its own.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Now

from portal.context import Purpose, as_system
from portal.reminders.kinds import Owed, Recipient, registry
from portal.reminders.models import Channel, Reason, RecipientKind, Reminder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.reminders.kinds import ReminderKind

log = logging.getLogger(__name__)
AT_ONCE = 50
FRESH = timedelta(days=2)  # after that it is no longer worth a call


def hand_over() -> int:
    """Ask colleagues to say what is still owed; return how many rows were taken over."""
    with as_system(Purpose.REMINDERS):
        owed = Reminder.objects.filter(is_owed=True, ended_at__gt=Now() - FRESH)
        # by lot: those whom nobody can be asked about yet must not stand before the others
        rows = list(owed.order_by("?")[:AT_ONCE])
    return sum(_take_over(row) for row in rows)


def _take_over(row: Reminder) -> bool:
    kind = registry.kinds.get(row.kind)
    if kind is None:  # another version of the portal knows it
        return False
    try:
        with as_system(Purpose.REMINDERS):
            is_ours = Reminder.objects.filter(pk=row.pk, is_owed=True).update(is_owed=False)
            if not is_ours:
                return False
            for owed in _owed(row, kind):
                for take_over in registry.take_over:
                    take_over(owed)
    except Exception as error:
        # without the traceback: what a query says of its error quotes values
        log.error("not taken over: %s", type(error).__name__)  # noqa: TRY400
        return False
    return True


def _owed(row: Reminder, kind: ReminderKind) -> Iterator[Owed]:
    """Yield whom somebody has to tell: the recipient, or those a colleague was asked to ring."""
    if row.recipient_kind == RecipientKind.PARTICIPANT:
        yield Owed(
            row.recipient_id,
            kind,
            row.not_after,
            is_wished=row.reason == Reason.BY_HAND,
            by_letter=row.channel == Channel.LETTER,
        )
        return
    due = kind.due([row.subject_id]).get(row.subject_id)
    if due is None or due.at != row.due_at:
        return  # it has come to nothing since
    for person in due.whom(Recipient(RecipientKind(row.recipient_kind), row.recipient_id)):
        yield Owed(person, kind, row.not_after, but=row.recipient_id)
