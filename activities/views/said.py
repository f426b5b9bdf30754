"""What was said at a meeting, and what came of it: *Du sa, vi gjorde*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities.forms.events import MinutesForm, PointForm
from activities.models import Minutes, Point
from activities.services import events
from activities.views.events import ask, find_time, here
from portal.http import page_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from activities.models import Session
    from portal.http import PortalRequest

PAGE, FARTHEST = 20, 100


@login_not_required
@require_safe
def said_and_done(request: PortalRequest) -> HttpResponse:
    of_open = Point.objects.filter(session__activity__by_invitation=False)
    points = of_open.select_related("session__activity", "unit__parent")
    ordered = points.order_by("-session__starts_at", "session", "pk")
    page = Paginator(ordered, PAGE).get_page(page_of(request, FARTHEST))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "activities/said_and_done.html", context)


def find_past(request: PortalRequest, time_id: int) -> Session:
    """Return a meeting that has begun: before it nothing has been said."""
    session = find_time(request, time_id)
    if session.starts_at > timezone.now():
        raise Http404
    return session


@require_http_methods(["GET", "POST"])
def minutes_write(request: PortalRequest, time_id: int) -> HttpResponse:
    session = find_past(request, time_id)
    known = Minutes.objects.filter(session=session).first()
    told = {"text": known.text, "publish": bool(known.published_at)} if known else {}
    form = MinutesForm(request.POST if request.method == "POST" else None, initial=told)
    if not session.activity.by_invitation:
        form.fields["publish"].label = _("Show it to everybody")
    if not form.is_valid():
        slug = session.activity.slug
        return ask(request, form, _("Notes from the meeting"), here(slug), session=session)
    events.write_minutes(session=session, by=request.actor, now=timezone.now(), **form.cleaned_data)
    is_shown = form.cleaned_data["publish"]
    messages.success(
        request, _("Others can read it now.") if is_shown else _("Kept. Only you see it.")
    )
    return redirect("activities:event_detail", session.activity.slug)


@require_http_methods(["GET", "POST"])
def point_add(request: PortalRequest, time_id: int) -> HttpResponse:
    session = find_past(request, time_id)
    posted = request.POST if request.method == "POST" else None
    form = PointForm(posted, instance=Point(session=session))
    if form.is_valid():
        with form.sending():
            events.add_point(session=session, by=request.actor, **form.cleaned_data)
            messages.success(request, _("The point is written."))
            return redirect("activities:point_list", time_id)
    title, back = _("Something that was said"), reverse("activities:point_list", args=[time_id])
    return ask(request, form, title, back, session=session)


@require_safe
def point_list(request: PortalRequest, time_id: int) -> HttpResponse:
    session = find_past(request, time_id)
    points = session.points.select_related("unit__parent").order_by("done_on", "pk")[:100]
    context = {"session": session, "points": points, "today": timezone.localdate()}
    return render(request, "activities/point_list.html", context)


@require_http_methods(["GET", "POST"])
def point_change(request: PortalRequest, time_id: int, point_id: int) -> HttpResponse:
    session = find_past(request, time_id)
    point = get_object_or_404(session.points, pk=point_id)
    form = PointForm(request.POST if request.method == "POST" else None, instance=point)
    if form.is_valid():
        events.change_point(point=point, by=request.actor, **form.cleaned_data)
        messages.success(request, _("It is changed."))
        return redirect("activities:point_list", time_id)
    title, back = _("Something that was said"), reverse("activities:point_list", args=[time_id])
    return ask(request, form, title, back, session=session)
