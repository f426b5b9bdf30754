"""The way in and the way out: allauth's views, telling what ours tell."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.account import views
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal import sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def telling(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 422 to a form that was refused, as every page of ours does; allauth says 200."""

    @wraps(view)
    def answer(request: HttpRequest, **captures: str) -> HttpResponseBase:
        response = view(request, **captures)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return answer


def leaving(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and ask the browser to forget the pages it has kept: phones are shared."""
    stamp = sessions.Stamp.of(request.session)
    response: HttpResponseBase = views.logout(request)
    if request.method == "POST":
        borrowed = stamp is not None and stamp.borrowed
        response.headers["Clear-Site-Data"] = sessions.leaves_behind(borrowed=borrowed)
    return response


@login_not_required
@require_safe
def ways(request: HttpRequest) -> HttpResponseBase:
    """Show every way in to somebody who is signed in already and needs a surer one."""
    return render(request, "account/ways.html")


@login_not_required
@require_safe
def left(request: HttpRequest) -> HttpResponseBase:
    """Show the last page of a borrowed device, which goes here by itself when nobody uses it."""
    stamp = sessions.Stamp.of(request.session)
    if stamp and not stamp.borrowed:
        return redirect("start")
    if stamp:
        logout(request)
    response = render(request, "account/left.html")
    response.headers["Clear-Site-Data"] = sessions.leaves_behind(borrowed=True)
    return response
