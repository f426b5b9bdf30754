"""The page of an activity: everything one may wonder before going there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import week
from activities.cards import card
from activities.laying_out import DAY, midnight
from activities.models import Activity, Group, NextStep, Session
from activities.views.today import myself

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpResponse

    from activities.models.sessions import SessionQuerySet
    from portal.http import PortalRequest

DAYS = 7
FIRST = 5  # rows, then "Show more days" (interface.md 1.2, objective 5)
MOST = 21  # three a day
MOST_STEPS = 10


@login_not_required
@require_safe
def activity_detail(request: PortalRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    known = Activity.objects.select_related("place", "organiser__parent", "organiser__owner")
    activity = get_object_or_404(known, slug=slug)
    person = myself(request)
    own = week.of(person, actor=request.actor, now=now) if person else None
    cards = [card(one, now=now, week=own) for one in coming(activity, now)]
    context = {
        "activity": activity,
        "cards": cards[:FIRST],
        "later": cards[FIRST:],
        "phone": str(activity.phone or activity.organiser.phone),
        "today": today,
        "steps": next_steps(activity, today),
        "groups": [Group(one).label for one in activity.groups],
        "person": person,
        "here": request.path,
        "member": own is not None and activity.pk in own.member_of,
    }
    return render(request, "activities/activity_detail.html", context)


def next_steps(activity: Activity, today: date) -> list[NextStep]:
    """Return what one can go on to from here, and still find there."""
    known = activity.next_steps.open(today).select_related("to_activity", "to_support")
    return list(known.order_by("to_activity__level", "pk")[:MOST_STEPS])


def coming(activity: Activity, now: datetime) -> SessionQuerySet:
    """Return the sessions of the coming week, cancelled ones too."""
    until = midnight(timezone.localdate(now) + DAYS * DAY)
    within = Session.objects.filter(activity=activity, ends_at__gt=now, starts_at__lt=until)
    return (
        within.filter(closed_at=None)
        .select_related("activity", "instead__activity")
        .order_by("starts_at", "pk")[:MOST]
    )
