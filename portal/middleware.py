"""Settle who acts, hold the page in one transaction, and keep what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers

from portal import audit, context, drafts
from portal.actor import NOBODY, Actor
from portal.backends import current_memberships
from portal.models import AuditAct

if TYPE_CHECKING:
    from portal.http import PortalRequest

type Answer = Callable[[HttpRequest], HttpResponse]

# Here a failed sign-in must be counted although the page answers with an error, so these pages
# hold short transactions of their own (reliability.md 2, pitfall 19).
SIGN_IN = "/konto/"
MEMBERSHIP = "membership"  # the session's key

# A form with faults, or a conflict, still shows a person: its line in the log must stand.
SHOWN = {409, 422}

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


def settle(request: PortalRequest) -> Actor:
    """Return who acts: with one membership it is chosen, with several the user has chosen."""
    if not request.user.is_authenticated:
        return NOBODY
    current = current_memberships(request.user)
    if len(current) > 1:
        chosen = request.session.get(MEMBERSHIP)
        current = [one for one in current if one.pk == chosen]
        if not current:
            return NOBODY  # the start page asks which one
    return Actor(request.user, current[0] if current else None)


def view_name(request: HttpRequest) -> str:
    """Return the name of the page that was asked for, for the log."""
    return request.resolver_match.view_name[:40] if request.resolver_match else ""


def acting(get_response: Answer) -> Answer:
    """Put the actor on the request, and hold view and log in one transaction."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(SIGN_IN):
            cast("PortalRequest", request).actor = settle(cast("PortalRequest", request))
            return get_response(request)
        with transaction.atomic():
            actor = settle(cast("PortalRequest", request))
            cast("PortalRequest", request).actor = actor
            if actor.user:
                context.act_as(actor)
            response = get_response(request)
            if response.status_code >= 400 and response.status_code not in SHOWN:  # noqa: PLR2004
                transaction.set_rollback(True)
        if response.status_code == 403 and actor.user:  # noqa: PLR2004
            audit.record(AuditAct.DENIED, view_name(request), by=actor)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
            patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def headers(get_response: Answer) -> Answer:
    """Add the security headers that Django has no setting for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class PortalLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Ask for sign-in; what was posted after the session ended is kept for the same user."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        path = drafts.keep(request.POST) or reverse("start")
        return redirect(f"{reverse('account_login')}?{self.redirect_field_name}={path}&sparat=1")
