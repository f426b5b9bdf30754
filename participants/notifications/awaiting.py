"""Who watches a decision is told when it is late; the person has done nothing and is not."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import AwaitedDecision
from portal.permissions import Permission
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

DAY = timedelta(days=1)
MORNING = time(8)
STALE = timedelta(days=7)  # after which the next month is soon enough


def plan_decision(decision_id: int) -> None:
    """Plan what is said when it is late; after every change, in the same transaction."""
    planning.plan(DECISION_OVERDUE, [decision_id])


def reminded_on(expected_on: date, today: date) -> date:
    """Return the working day after the one it was expected by, or that of a later month.

    At most monthly: the one that is next as far as tomorrow, so that each stands for its month.
    """
    days = (expected_on + DAY + relativedelta(months=number) for number in count())
    months = map(times.working_day_from, days)
    day = next(months)
    for following in months:
        if following > today + DAY:
            return day
        day = following
    return day  # pragma: no cover (months have no end)


def _due(decision_ids: Collection[int]) -> dict[int, Due]:
    waiting = AwaitedDecision.objects.waiting().filter(
        pk__in=decision_ids, participant__closed_at=None
    )
    rows = list(waiting.values_list("pk", "expected_on", "participant_id"))
    if not rows:
        return {}
    today = times.local(planning.database_time()).date()
    found = {}
    for pk, expected_on, person in rows:
        at = times.instant(reminded_on(expected_on, today), MORNING)
        found[pk] = Due(at, at + STALE, participant_id=person)
    return found


def _recipients(decision_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Who watches it, or stands in for them; whoever is told reads it at that moment."""
    return kinds.readers(AwaitedDecision.objects.filter(pk__in=decision_ids), "watcher_id")


def _text(_due: Due, _recipient: Recipient) -> Message:
    return Message(
        _("An answer is late"),
        _("Hi! An answer that you watch for is late. Sign in to see which, and ask again."),
    )


def _soon(today: date) -> Iterable[int]:
    late = AwaitedDecision.objects.waiting().filter(expected_on__lte=today + DAY)
    return late.values_list("pk", flat=True)


DECISION_OVERDUE = ReminderKind(
    code="decision_overdue",
    needs=Permission.DECISION_WRITE,
    name=gettext_lazy("Decision that is late"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 8.00, the working day after, then once a month"),
    due=_due,
    recipients=_recipients,
    text=_text,
    soon=_soon,
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(DECISION_OVERDUE)
