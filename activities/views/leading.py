"""*Vad kan det leda till?* Which other activities and supports one can go on to from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from activities import directory as finding
from activities.directory import Wanted
from activities.models import Entry, EntryKind
from activities.services import sheets
from activities.views.hours import find_activity

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

FOUND = 10
MOST = 30


@require_safe
def next_steps(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    steps = activity.next_steps.select_related("to_activity__place", "to_support__organisation")
    words = request.GET.get("q", "")[:100].strip()
    found = []
    if words:
        now, today = timezone.now(), timezone.localdate()
        found = finding.find(Wanted(words=words), now, today, size=FOUND).entries
    known = [*steps.order_by("pk")[:MOST]]
    there = {(one.to_activity_id, one.to_support_id) for one in known} | {(activity.pk, None)}
    context = {
        "activity": activity,
        "steps": known,
        "words": words,
        "found": [
            one
            for one in found
            if one.kind != EntryKind.ORGANISATION and (one.activity_id, one.support_id) not in there
        ],
    }
    return render(request, "activities/next_steps.html", context)


@require_POST
def next_step_add(request: PortalRequest, slug: str, found_id: int) -> HttpResponse:
    activity = find_activity(request, slug)
    entry = get_object_or_404(
        Entry.objects.filter(is_open=True).exclude(kind=EntryKind.ORGANISATION), pk=found_id
    )
    if to := entry.activity or entry.support:
        sheets.lead_on(activity=activity, to=to, by=request.actor)
    return redirect("activities:next_steps", slug)


@require_POST
def next_step_remove(request: PortalRequest, slug: str, next_id: int) -> HttpResponse:
    step = get_object_or_404(find_activity(request, slug).next_steps, pk=next_id)
    sheets.lead_no_more(step=step, by=request.actor)
    return redirect("activities:next_steps", slug)
