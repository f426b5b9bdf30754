"""How it goes with the reminders: figures, what stands still, and what a human must take over.

The counts are of messages, whoever they were meant for, and never of people: so also a small
number is shown as it is (domain.md R11 is about people and how it went for them).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.context import Purpose, as_system
from portal.permissions import Permission, authorize
from portal.reminders.models import KindPause, Reminder
from portal.reminders.operations import figures, watching
from portal.reminders.operations.pauses import may_pause

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from portal.http import PortalRequest
    from portal.reminders.models import Reason

TODAY, BACK = "idag", timedelta(days=7)
TOO_LONG = timedelta(minutes=3)
MOST_SHOWN = 20


@require_safe
def reminder_figures(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.REMINDER_FIGURES)
    now, is_today = timezone.now(), request.GET.get("visa") == TODAY
    begins = midnight() if is_today else now - BACK
    with as_system(Purpose.REMINDERS, savepoint=False):  # counts of all, and nobody's rows
        found = figures.since(begins)
        oldest = figures.oldest_due()
        stuck = latest_stuck(now - BACK) if request.actor.has_perm(Permission.REMINDER_RUN) else []
    standing = KindPause.objects.standing().select_related("paused_by")
    pauses = {one.kind: one for one in standing}
    kinds = list(found.kinds.values())
    waited = oldest.late if oldest else timedelta()
    given_up = sum(one.given_up for one in kinds)
    context = {
        "kinds": kinds,
        "ways": list(found.ways.values()),
        "given_up": given_up,
        "to_people": found.to_people,
        "to_others": given_up - found.to_people,
        "reasons": in_words(found.given_up),
        "held_back": in_words(found.held_back),
        "minutes": waited // timedelta(minutes=1) if waited > TOO_LONG else None,
        "silent": watching.silent_parts(),
        "pauses": pauses,
        "busy": [one for one in kinds if not one.is_idle or one.code in pauses],
        "idle": [one for one in kinds if can_be_paused(one) and one.code not in pauses],
        "stuck": stuck,
        "names": {one.code: one.name for one in kinds},
        "is_today": is_today,
        "today": timezone.localdate(),
        "days": BACK.days,
    }
    return render(request, "reminders/reminder_figures.html", context)


def can_be_paused(one: figures.Sums) -> bool:
    """Answer whether a kind of which there is nothing just now may be paused beforehand."""
    return one.is_idle and may_pause(one.code)


def latest_stuck(since: datetime) -> list[Reminder]:
    """Return what did not arrive, the latest first: by kind and reason, whoever it was for."""
    return list(Reminder.objects.given_up(since).order_by("-ended_at", "pk")[:MOST_SHOWN])


def midnight() -> datetime:
    """Return when today began."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def in_words(counted: Counter[Reason]) -> list[tuple[StrOrPromise, int]]:
    """Return reasons as they are said, the most frequent first."""
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(reason.label, number) for reason, number in ordered]
