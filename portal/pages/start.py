"""The front door: each role lands where its day begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.middleware import MEMBERSHIP
from portal.models import Membership
from portal.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

# The first page that the actor may open is where the day begins.
DOORS = (
    (Permission.CASELOAD_VIEW, "participants:person_list"),
    (Permission.PLAN_VIEW, "activities:today"),
)


@login_not_required
@require_safe
def start(request: PortalRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("activities:today")
    if request.actor.user is None:
        memberships = Membership.objects.current().filter(user=request.user).order_by("pk")
        return render(request, "start/choose.html", {"memberships": memberships})
    for permission, door in DOORS:
        if request.actor.has_perm(permission):
            return redirect(door)
    return render(request, "start/later.html")


@require_POST
def choose_membership(request: PortalRequest) -> HttpResponse:
    current = Membership.objects.current().filter(user=request.user.pk)
    chosen = get_object_or_404(current, pk=request.POST.get("membership", "0"))
    request.session[MEMBERSHIP] = chosen.pk
    return redirect("start")
