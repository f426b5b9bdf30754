"""Settle who acts, hold the page in one transaction, and keep what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers

from portal import audit, context, drafts, sessions
from portal.actor import NOBODY, Actor
from portal.backends import current_memberships
from portal.templatetags.frame import language_of

if TYPE_CHECKING:
    from portal.http import PortalRequest

type Answer = Callable[[HttpRequest], HttpResponse]

# Here a failed sign-in must be counted although the page answers with an error, so these pages
# hold short transactions of their own (reliability.md 2, pitfall 19).
SIGN_IN = "/konto/"
COUNTS_TRIES = (SIGN_IN, "/kalender/")
MEMBERSHIP = "membership"  # the session's key

# A form with faults, or a conflict, still shows a person: its line in the log must stand.
SHOWN = {409, 422}

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


def settle(request: PortalRequest) -> Actor:
    """Return who acts: with one membership it is chosen, with several the user has chosen.

    A session of staff ends with the last membership: it never turns into a person's own.
    """
    stamp = sessions.Stamp.of(request.session) if request.user.is_authenticated else None
    if stamp is None or not request.user.is_authenticated:
        return NOBODY
    assurance = stamp.assurance(request.user)
    current = current_memberships(request.user)
    request.lacks_factor = bool(current) and not stamp.second_factor
    if stamp.staff and not current:
        logout(request)
        return NOBODY
    if len(current) > 1:
        chosen = request.session.get(MEMBERSHIP)
        current = [one for one in current if one.pk == chosen]
        if not current:
            return NOBODY  # the start page asks which one
    return Actor(request.user, current[0] if current else None, assurance=assurance)


def view_name(request: HttpRequest) -> str:
    """Return the name of the page that was asked for, for the log."""
    return request.resolver_match.view_name[:40] if request.resolver_match else ""


def note_stopped(request: HttpRequest, response: HttpResponse, actor: Actor) -> None:
    """Write who was stopped: without the right, or at the page of a person out of reach.

    After the page's own transaction, which an error rolls back.
    """
    captured = request.resolver_match.kwargs if request.resolver_match else {}
    person_id = captured.get("person_id")
    is_stopped = response.status_code == 403 or (response.status_code == 404 and person_id)  # noqa: PLR2004
    if is_stopped and actor.user:
        audit.stopped(view_name(request), by=actor, person_id=person_id)


def acting(get_response: Answer) -> Answer:
    """Put the actor on the request, and hold view and log in one transaction."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(COUNTS_TRIES):
            cast("PortalRequest", request).actor = settle(cast("PortalRequest", request))
            return unkept(request, get_response(request))
        with transaction.atomic():
            actor = settle(cast("PortalRequest", request))
            cast("PortalRequest", request).actor = actor
            if actor.user:
                context.act_as(actor)
            response = get_response(request)
            if response.status_code >= 400 and response.status_code not in SHOWN:  # noqa: PLR2004
                transaction.set_rollback(True)
        note_stopped(request, response, actor)
        unkept(request, response)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def unkept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let no browser keep the page of somebody who is signed in."""
    if request.user.is_authenticated:
        add_never_cache_headers(response)
        patch_cache_control(response, no_store=True, private=True)
    return response


def second_factor(get_response: Answer) -> Answer:
    """Open no page to staff without a second factor; the session remembers that it was used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        lacks_it = getattr(request, "lacks_factor", False)
        if lacks_it and not request.path.startswith(SIGN_IN):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def headers(get_response: Answer) -> Answer:
    """Add the security headers that Django has no setting for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def speaking(get_response: Answer) -> Answer:
    """Answer in the language that this browser has chosen on *Utseende*, else in Swedish.

    Never by what the browser itself prefers: many phones here were set up in English by somebody.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language_of(request))
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
