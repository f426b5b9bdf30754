"""The house around an activity: which room, and the days when all of it is shut."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.hours import ClosingForm, RoomForm
from activities.laying_out import DAY, midnight
from activities.models import Room, Session
from activities.services import opening
from activities.views.hours import find_activity, saved

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

    from activities.models import Activity
    from portal.forms import Form
    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def room_choose(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    known = Room.objects.filter(place=activity.place_id).order_by("name")
    form = RoomForm(
        request.POST if request.method == "POST" else None,
        rooms=known.values_list("name", flat=True),
        initial={"room": activity.room.name if activity.room else ""},
    )
    if not form.is_valid():
        return show(request, activity, form, _("Choose the room"))
    opening.choose_room(activity=activity, by=request.actor, name=form.cleaned_data["room"])
    return saved(request, activity)


@require_http_methods(["GET", "POST"])
def closing_add(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    title = _("The whole place is shut")
    if not form.is_valid():
        return show(request, activity, form, title)
    first, last = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
    within = Session.objects.held().between(midnight(first), midnight(last + DAY))
    here = within.filter(activity__place=activity.place_id)
    own = Q(activity__organiser=activity.organiser_id) | Q(activity__by_invitation=False)
    others = Counter(here.filter(own).values_list("activity__name", flat=True))
    if not_ours := here.exclude(own).count():
        others[_("A meeting for those who are invited")] = not_ours
    if others and "sure" not in request.POST:
        return show(request, activity, form, title, others)
    opening.close_place(place=activity.place, by=request.actor, **form.cleaned_data)
    return saved(request, activity)


@require_POST
def closing_remove(request: PortalRequest, slug: str, closing_id: int) -> HttpResponse:
    activity = find_activity(request, slug)
    closing = get_object_or_404(activity.place.closings, pk=closing_id)
    opening.reopen_place(closing=closing, by=request.actor)
    return saved(request, activity)


def show(
    request: PortalRequest,
    activity: Activity,
    form: Form,
    title: _StrOrPromise,
    others: Counter[str] | None = None,
) -> HttpResponse:
    """Show the questions, and what else is in the house on those days."""
    known = sorted(others.items()) if others else []
    context = {"activity": activity, "form": form, "title": title, "others": known}
    status = 422 if form.errors else 200
    return render(request, "activities/place_change.html", context, status=status)
