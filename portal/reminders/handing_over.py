"""What the machine could not say, a colleague is asked to say: once the row has its outcome.

The row keeps a mark until somebody has been asked, so that whatever fails on the way is tried
again; each in a short transaction of its own.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models.functions import Now

from portal.context import Purpose, as_system
from portal.reminders.kinds import Owed, registry
from portal.reminders.models import Channel, Reason, Reminder

log = logging.getLogger(__name__)
AT_ONCE = 50
FRESH = timedelta(days=2)  # after that it is no longer worth a call


def hand_over() -> int:
    """Ask colleagues to say what is still owed; return how many rows were taken over."""
    with as_system(Purpose.REMINDERS):
        owed = Reminder.objects.filter(is_owed=True, ended_at__gt=Now() - FRESH)
        rows = list(owed.order_by("-pk")[:AT_ONCE])
    return sum(_take_over(row) for row in rows)


def _take_over(row: Reminder) -> bool:
    kind = registry.kinds.get(row.kind)
    try:
        with as_system(Purpose.REMINDERS):
            is_ours = Reminder.objects.filter(pk=row.pk, is_owed=True).update(is_owed=False)
            if not is_ours or kind is None:
                return False
            owed = Owed(
                row.recipient_id,
                kind,
                is_wished=row.reason == Reason.BY_HAND,
                by_letter=row.channel == Channel.LETTER,
            )
            for take_over in registry.take_over:
                take_over(owed)
    except Exception as error:
        # without the traceback: what a query says of its error quotes values
        log.error("not taken over: %s", type(error).__name__)  # noqa: TRY400
        return False
    return True
