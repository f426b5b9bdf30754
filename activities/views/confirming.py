"""*Stämmer det?* By a link, without signing in: yes in one tap, or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.hours import RemarkForm
from activities.notifications import confirming
from activities.services import opening, sheets
from activities.views.sheets import remarks
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest


@login_not_required
@require_http_methods(["GET", "POST"])
def sheets_confirm_link(request: PortalRequest, key: str) -> HttpResponse:
    unit, today = confirming.unit_of(key), timezone.localdate()
    if unit is None:
        return render(request, "activities/confirm_too_old.html", status=404)
    known = confirming.sheets_of(unit, today)
    if request.method == "POST" and "right" in request.POST:
        read = set(request.POST.getlist("sheet"))  # and not what has been written since
        for one in known:
            if confirming.name_of(one) in read and not one.is_doubted:  # type: ignore[union-attr]
                sheets.confirm(sheet=one, today=today)
        return redirect(f"{request.path}?tack=ja")
    form = RemarkForm(request.POST if request.method == "POST" else None, sheets=known)
    if form.is_valid() and form.sheet:
        said = {name: form.cleaned_data[name] for name in ("text", "submission_id")}
        with form.sending():
            sheets.remark(sheet=form.sheet, **said)
            return redirect(f"{request.path}?tack=skrivet")
    context = {
        "unit": unit,
        "sheets": [(confirming.name_of(one), one) for one in known],
        "form": form,
        "today": today,
        "thanks": request.GET.get("tack", ""),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/confirm_sheets.html", context, status=status)


@require_POST
def remark_handle(request: PortalRequest, remark_id: int) -> HttpResponse:
    remark = get_object_or_404(remarks(request), pk=remark_id)
    authorize(request.actor, Permission.SHEET_EDIT)
    opening.handle(remark=remark, by=request.actor, now=timezone.now())
    if remark.activity:
        return redirect("activities:hours_detail", remark.activity.slug)
    return redirect("activities:sheet_list")
