"""Passkeys, the app and the codes on paper: allauth's views under our rules."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal import factors, sessions
from portal.pages.sign_in.entrance import telling

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from portal.http import PortalRequest


def adding(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let somebody we are sure of add a factor; the session then counts as having one."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        actor = cast("PortalRequest", request).actor
        at_work = getattr(request, "lacks_factor", False)
        if actor.is_limited and not at_work:
            raise PermissionDenied
        response = telling(view)(request)
        is_added = request.method == "POST" and response.status_code == 302  # noqa: PLR2004
        if is_added and Authenticator.objects.filter(user=request.user.pk).exists():
            sessions.note_second_factor(request.session)
        return response

    return answer


def for_staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep an app with codes to staff: participants have nothing to carry or remember."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        if not factors.works_here(request.user):
            raise PermissionDenied
        return view(request)

    return answer


def remove_passkey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Remove a passkey, unless staff would be left without a second factor."""
    mine = Authenticator.objects.filter(
        user=request.user.pk, pk=pk, type=Authenticator.Type.WEBAUTHN
    ).first()
    if mine and factors.is_last(mine):
        messages.error(request, _("Add another way first: you need one left."))
        return redirect("mfa_index")
    response: HttpResponseBase = webauthn.remove_webauthn(request, pk=pk)
    return response


add_app = for_staff(adding(totp.activate_totp))
add_passkey = adding(webauthn.add_webauthn)


def passkeys(_request: HttpRequest) -> HttpResponseBase:
    """Take allauth, which lists passkeys by themselves, to the page that lists every way in."""
    return redirect("mfa_index")
