"""The outbox, what comes back to it, what is chosen, and what those who run it see and do."""

from portal.reminders.models.coming_back import Receipt, Reply, Said
from portal.reminders.models.outbox import (
    NEEDS_SOMEBODY,
    OPEN,
    Channel,
    Line,
    Priority,
    Reason,
    RecipientKind,
    Reminder,
    ReminderAttempt,
    ReminderQuerySet,
    Status,
)
from portal.reminders.models.past import PastReminder
from portal.reminders.models.running import Heartbeat, KindPause
from portal.reminders.models.wishes import Wish

__all__ = [
    "NEEDS_SOMEBODY",
    "OPEN",
    "Channel",
    "Heartbeat",
    "KindPause",
    "Line",
    "PastReminder",
    "Priority",
    "Reason",
    "Receipt",
    "RecipientKind",
    "Reminder",
    "ReminderAttempt",
    "ReminderQuerySet",
    "Reply",
    "Said",
    "Status",
    "Wish",
]
