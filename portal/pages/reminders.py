"""How it goes with the reminders: figures, and what a human must take over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.context import Purpose, as_system
from portal.permissions import Permission, authorize
from portal.reminders import figures

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

BACK = timedelta(days=7)
TOO_LONG = timedelta(minutes=3)


@require_safe
def reminder_figures(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.REMINDER_FIGURES)
    now = timezone.now()
    with as_system(Purpose.REMINDERS, savepoint=False):  # counts of all, and nobody's rows
        kinds = figures.by_kind(now - BACK)
        waited = figures.oldest_wait(now)
        reasons = figures.reasons(now - BACK)
    context = {
        "kinds": kinds,
        "given_up": sum(one.given_up for one in kinds),
        "reasons": reasons,
        "minutes": waited // timedelta(minutes=1) if waited and waited > TOO_LONG else None,
        "days": BACK.days,
    }
    return render(request, "reminders/reminder_figures.html", context)
