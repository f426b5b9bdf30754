"""*Hitta*: everything there is in one place, and a way on where it was not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from activities import directory as finding
from activities.directory import Wanted
from activities.forms.directory import DirectoryForm
from activities.models import Activity, Sheet, Support, Topic
from activities.services.directory import count_unmet
from portal.http import page_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

FARTHEST = 100  # pages
MOST = 50  # of what one organisation has


@login_not_required
@require_safe
def directory(request: PortalRequest) -> HttpResponse:
    return render(request, "activities/directory.html", found(request))


def found(request: PortalRequest) -> dict[str, Any]:
    """Return what the address asks for, as the page draws it; never an end without a way on."""
    form = DirectoryForm(request.GET)
    wanted, page = form.wanted, page_of(request, FARTHEST)
    now, today = timezone.now(), timezone.localdate()
    answer = finding.find(wanted, now, today, page=page)
    if page > 1 and not answer.entries:  # an old address, from when there were more
        page, answer = 1, finding.find(wanted, now, today)
    return {
        "form": form,
        "wanted": wanted,
        "entries": answer.entries,
        "total": answer.total,
        "best": finding.BEST,
        "nearest": [] if answer.entries else finding.nearest(wanted, now, today),
        "page": page,
        "has_next": answer.total > page * finding.PAGE and page < FARTHEST,
        "today": today,
    }


@login_not_required
@require_http_methods(["GET", "POST"])
def directory_nothing(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        context = {"topics": Topic.choices, "told": request.GET.get("tack") == "1"}
        return render(request, "activities/directory_nothing.html", context)
    topic = request.POST.get("amne", "")
    # Whoever presses without end reads the same page as others, and is no longer counted.
    counts = ratelimit.consume(request, action="unmet")
    if topic in Topic.values:
        if counts:
            count_unmet(wanted=Wanted(), on=timezone.localdate(), topic=Topic(topic))
        answer = redirect("activities:directory_nothing")
        answer["Location"] += "?tack=1"
        return answer
    if counts:
        count_unmet(wanted=DirectoryForm(request.POST).wanted, on=timezone.localdate())
    return redirect("activities:directory_nothing")


@login_not_required
@require_safe
def support_detail(request: PortalRequest, slug: str) -> HttpResponse:
    open_ones = Support.objects.filter(organisation__closed_at=None)
    support = get_object_or_404(open_ones.select_related("organisation"), slug=slug)
    today = timezone.localdate()
    if support.ended_on and support.ended_on < today:
        raise Http404
    sheet = Sheet.objects.filter(organisation=support.organisation_id).first()
    context = {"support": support, "entry": support.entry, "sheet": sheet, "today": today}
    return render(request, "activities/support_detail.html", context)


@login_not_required
@require_safe
def organisation_detail(request: PortalRequest, slug: str) -> HttpResponse:
    known = Sheet.objects.filter(organisation__closed_at=None)
    sheet = get_object_or_404(known.select_related("organisation__parent"), slug=slug)
    today, unit = timezone.localdate(), sheet.organisation_id
    run = Activity.objects.public().running(today).filter(organiser=unit)
    activities = run.select_related("place")
    supports = Support.objects.filter(organisation=unit, ended_on=None)
    context = {
        "sheet": sheet,
        "entry": sheet.entry,
        "organisation": sheet.organisation,
        "activities": activities.order_by("name", "pk")[:MOST],
        "supports": supports.order_by("name", "pk")[:MOST],
        "today": today,
    }
    return render(request, "activities/organisation_detail.html", context)
