"""Pages for everybody: who can help, who sees what, how accessible this is, and the tab Mer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from portal.http import PortalRequest


# All open without sign-in: somebody in a crisis has no password at hand.
@login_not_required
@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    return render(request, "about/help.html")


@login_not_required
@require_safe
def who_sees(request: PortalRequest) -> HttpResponse:
    if request.actor.has_perm(Permission.PLAN_VIEW):
        return redirect("participants:who_sees")
    return render(request, "about/who_sees.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "about/accessibility.html")


@login_not_required
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    return render(request, "about/more.html")
