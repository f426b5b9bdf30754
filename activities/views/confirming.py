"""*Stämmer tiderna?* By a link, without signing in: yes in one tap, or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from activities import confirming
from activities.forms.hours import RemarkForm
from activities.services import opening
from activities.views.hours import coming

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest


@login_not_required
@require_http_methods(["GET", "POST"])
def hours_confirm_link(request: PortalRequest, key: str) -> HttpResponse:
    activity, today = confirming.activity_of(key), timezone.localdate()
    if activity is None:
        return render(request, "activities/confirm_too_old.html", status=404)
    if request.method == "POST" and "right" in request.POST:
        opening.confirm(activity=activity, today=today)
        return redirect(f"{request.path}?tack=ja")
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.sending():
            opening.remark(activity=activity, **form.cleaned_data)
            return redirect(f"{request.path}?tack=skrivet")
    context = {
        "activity": activity,
        "form": form,
        "coming": coming(activity, today),
        "thanks": request.GET.get("tack", ""),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/confirm_hours.html", context, status=status)
