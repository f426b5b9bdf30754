"""Each night: everything that was due and has no outcome, by name; and what nobody planned.

A name is that of the message. Whom it was for stands in its row, and never in a log.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Now

from portal.context import Purpose, as_system
from portal.reminders import handing_over, planning
from portal.reminders.models import Channel, Line, Reason, Reminder, ReminderAttempt, Status
from portal.reminders.operations import figures, heartbeats

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.reminders.models import ReminderQuerySet

log = logging.getLogger(__name__)
logger = structlog.get_logger(__name__)
DAY = timedelta(days=1)
A_WHILE = timedelta(hours=12)
OVERDUE = timedelta(minutes=5)
NO_RECEIPT = timedelta(hours=72)
A_CALL = timedelta(minutes=15)  # longer than any call, with its lease and one more try
MOST = 500  # lines of one sort; the count tells how many there are


def at_night(between: Callable[[], object] = bool) -> None:
    """Reconcile, if nobody has tonight: several may ask."""
    silent, _counts = heartbeats.heard().get("night", (DAY, {}))
    if silent > A_WHILE:
        reconcile(between)


def reconcile(between: Callable[[], object] = bool) -> dict[str, int]:
    """Name what has no outcome, look for what lacks a row, and return the counts."""
    with as_system(Purpose.REMINDERS):
        counts = {
            "due_without_outcome": _name("due_without_outcome", _overdue(), "due_at"),
            "accepted_without_receipt": _name("no_receipt", _without_receipt(), "ended_at"),
            "owed_unsaid": _name("owed_unsaid", _unsaid(), "ended_at"),
            "begun_without_end": _name("begun_without_end", _without_end(), "next_at"),
        }
        newest = Reminder.objects.aggregate(top=Max("pk"))["top"] or 0
    planning.sweep(between)
    with as_system(Purpose.REMINDERS):
        counts["planned_by_nobody"] = Reminder.objects.open().filter(pk__gt=newest).count()
    heartbeats.beat("night", counts)
    level = logging.WARNING if any(counts.values()) else logging.INFO
    log.log(level, "reminders reconciled %s", json.dumps(counts))
    return counts


def _overdue() -> ReminderQuerySet:
    """Return what should have left, also what is being tried again, or is paused by us."""
    is_held = Q(reason=Reason.HELD, due_at__lt=Now() - OVERDUE)
    return Reminder.objects.open().filter(is_held | Q(ready_at__lt=Now() - OVERDUE))


def _unsaid() -> ReminderQuerySet:
    """Return what a colleague should have been asked to say, for so long that nobody will be."""
    return Reminder.objects.filter(is_owed=True, ended_at__lte=Now() - handing_over.FRESH)


def _without_receipt() -> ReminderQuerySet:
    """Return what a gateway that tells how a message fared has said nothing of, in a night once."""
    told = Reminder.objects.filter(status=Status.ACCEPTED, channel=Channel.SMS)
    ended = {"ended_at__lt": Now() - NO_RECEIPT, "ended_at__gte": Now() - NO_RECEIPT - DAY}
    return told.exclude(gateway="").filter(**ended)


def _without_end() -> ReminderQuerySet:
    """Return what was begun since the last night and never ended: nobody knows whether it left."""
    ends = ReminderAttempt.objects.filter(lease_token=OuterRef("lease_token"))
    begun = ReminderAttempt.objects.filter(
        ~Exists(ends.exclude(line=Line.BEGUN)),
        line=Line.BEGUN,
        at__gte=Now() - DAY - A_CALL,
        at__lt=Now() - A_CALL,
    )
    return Reminder.objects.filter(pk__in=begun.values("reminder"))


def _name(what: str, rows: ReminderQuerySet, since: str) -> int:
    """Write a line for each row, and return how many there are."""
    for one in figures.waiting(rows.order_by("pk")[:MOST], since):
        logger.warning(f"reminder_{what}", **one.line)
    number = rows.count()
    if number > MOST:
        log.warning("reminder_%s: %s more", what, number - MOST)
    return number
