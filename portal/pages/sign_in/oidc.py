"""OpenID Connect: one broker of e-ID for participants, one directory for staff.

allauth brings state, PKCE and the exchange. Ours are the nonce, the signature at every turn, how
surely and how lately the provider has asked who it was, and to whom a new account may be tied.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.services import sign_in
from portal import factors, sessions
from portal.models import Purpose
from portal.pages.sign_in.codes import may_try, shown
from portal.pages.sign_in.forms import HandedForm
from portal.sign_in import handed, linking

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin, SocialToken
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from portal.models import User

NONCE = "oidc_nonce"  # the session's key
SLOW = 60  # seconds that two clocks may differ


class NotSure(OAuth2Error):  # type: ignore[misc]  # allauth has no types
    """The provider has answered, and not what we asked for."""


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Read what a provider says, and believe it only when all of it holds."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        claims = self.proved(kwargs["response"].get("id_token", ""))
        if claims.get("nonce") != request.session.pop(NONCE, None) or not claims.get("nonce"):
            raise NotSure
        told = self._fetch_user_info(token.token)
        if told.get("sub") != claims["sub"]:
            raise NotSure
        login = self.get_provider().sociallogin_from_response(
            request, {"userinfo": told, "id_token": claims}
        )
        login.account.extra_data = {}  # a personal number must not lie there in the clear
        login.number = told.get(settings.OIDC_EID_NUMBER) or claims.get(settings.OIDC_EID_NUMBER)
        return login

    def proved(self, id_token: str) -> dict[str, Any]:
        """Return the claims of a token that is signed, for us, new, and sure enough."""
        config = self.openid_config
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            audience=self.get_provider().app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        said = {claims.get("acr"), *(claims.get("amr") or ())}
        if not said & settings.OIDC_ACCEPTED[self.provider_id]:
            raise NotSure
        since = time.time() - claims.get("auth_time", 0)
        if since > settings.OIDC_STAFF_AGE + SLOW:
            raise NotSure
        return claims


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let nobody in whom we do not know; tie a new account only to somebody who has shown why."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        user = may_be_tied_to(request, sociallogin)
        if user:
            sociallogin.user = user
            sociallogin.account.user = user
            sociallogin.account.save()


def may_be_tied_to(request: HttpRequest, sociallogin: SocialLogin) -> User | None:
    """Return whose new account this is, or None; one account has one identity at a provider."""
    provider = sociallogin.account.provider
    user = linking.expected(request, provider)
    if user is None and provider == settings.OIDC_EID and sociallogin.number:
        user = sign_in.account_with_number(sociallogin.number, today=timezone.localdate())
    if user and SocialAccount.objects.filter(user=user, provider=provider).exists():
        return None
    return user


@login_not_required
@require_safe
def start(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the provider. Of what stands in the address, only where to go afterwards counts."""
    nonce = secrets.token_urlsafe(24)
    wanted = {"nonce": nonce}
    if provider_id == settings.OIDC_STAFF:
        wanted["max_age"] = str(settings.OIDC_STAFF_AGE)
    elif provider_id == settings.OIDC_EID:
        wanted |= {"acr_values": " ".join(settings.OIDC_ACCEPTED[provider_id]), "max_age": "0"}
    asked = QueryDict(mutable=True)
    asked["auth_params"] = urlencode(wanted)
    if "next" in request.GET:
        asked["next"] = request.GET["next"]
    request.session[sessions.BORROWED] = "lanar" in request.GET
    request.session[NONCE] = nonce
    request.GET = asked  # type: ignore[assignment]  # nothing changes it from here on
    return there(OAuth2LoginView, request, provider_id)


@login_not_required
@require_safe
def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the provider."""
    return there(OAuth2CallbackView, request, provider_id)


def there(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        response: HttpResponseBase = view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response


@login_not_required
@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Tie an e-ID to the account of somebody to whom a guide has just read out a code."""
    if sessions.was_staff(request) or factors.works_here(request.user):
        return render(request, "account/handed_refused.html", status=403)
    form = HandedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and may_try(request, form, "handed_code"):
        user = handed.redeem(form.cleaned_data["code"], Purpose.LINK)
        if user:
            linking.expect(request, user=user, provider=settings.OIDC_EID)
            return redirect("openid_connect_login", provider_id=settings.OIDC_EID)
        form.add_error("code", _("That code does not work. Ask your contact for a new one."))
    return shown(request, "account/link.html", form)
