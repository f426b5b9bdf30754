"""The front door: each role lands where its day begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.middleware import MEMBERSHIP
from portal.models import Membership
from portal.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

# The first page that the actor may open is where the day begins.
DOORS = (
    (Permission.CASELOAD_VIEW, "participants:person_list"),
    (Permission.SESSION_RUN, "activities:session_list"),
    (Permission.OVERVIEW_VIEW, "overview:overview"),
    (Permission.LOG_REVIEW, "log:review_list"),
    (Permission.RELEASE_READ, "activities:release_list"),
    (Permission.CARD_READ, "participants:card_list"),
    (Permission.WORKPLACE_VIEW, "employers:workplace"),
    (Permission.REPRESENTED_READ, "represented_list"),
    (Permission.ORGANISATION_EDIT, "administration:home"),
)


@login_not_required
@require_safe
def start(request: PortalRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("activities:today")
    if request.actor.user is None:
        return redirect("choose_membership")
    for permission, door in DOORS:
        if request.actor.has_perm(permission):
            return redirect(door)
    return redirect("activities:today")  # a participant's


@require_http_methods(["GET", "POST"])
def choose_membership(request: PortalRequest) -> HttpResponse:
    current = Membership.objects.current().filter(user=request.user.pk).order_by("pk")
    if request.method == "GET":
        return render(request, "start/choose.html", {"memberships": current})
    wanted = request.POST.get("membership", "")
    chosen = get_object_or_404(current, pk=wanted if wanted.isdecimal() else 0)
    request.session[MEMBERSHIP] = chosen.pk
    return redirect("start")
