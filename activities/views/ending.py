"""*Avsluta*: the last day of an activity. What becomes of its times and people is read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.forms.ending import EndForm
from activities.services import ending
from activities.views.hours import find_activity

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def activity_end(request: PortalRequest, slug: str) -> HttpResponse:
    activity, now, today = find_activity(request, slug), timezone.now(), timezone.localdate()
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"ended_on": activity.ended_on or today},
    )
    context = {"activity": activity, "form": form, "today": today, "was": activity.ended_on}
    if form.is_valid():
        ended_on = form.cleaned_data["ended_on"]
        if "sure" in request.POST:
            ending.end_activity(
                activity=activity, by=request.actor, ended_on=ended_on, today=today, now=now
            )
            messages.success(request, _("Saved. Today and the coming weeks show it."))
            return redirect("activities:hours_detail", slug)
        ends = ending.preview(activity, ended_on, today=today, now=now)
        context |= {"ends": ends, "ended_on": ended_on}
    status = 422 if form.errors else 200
    return render(request, "activities/activity_end.html", context, status=status)
