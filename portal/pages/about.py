"""Pages for everybody: who can help, who sees what, how accessible this is, and the tab Mer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


# All open without sign-in: somebody in a crisis has no password at hand.
@login_not_required
@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    return render(request, "about/help.html")


@login_not_required
@require_safe
def who_sees(request: HttpRequest) -> HttpResponse:
    return render(request, "about/who_sees.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "about/accessibility.html")


@login_not_required
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    return render(request, "about/more.html")
