"""Second factors: how allauth's pages look and speak here, and of whom one is asked.

Staff need one before any page opens; for a participant a passkey is a way in, never a hurdle.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import crypto, sessions
from portal.accounts import question
from portal.forms import Look
from portal.invented import ACCOUNTS
from portal.models import Membership, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

SECRETS = "second factor"  # what the sealed secrets belong to
WRONG_CODE = gettext_lazy("That code did not match. Write the one that shows now.")
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seal the secrets, and keep staff from taking away their last factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": gettext_lazy("Add another way first: you need one left."),
    }

    def encrypt(self, text: str) -> str:
        return b64encode(crypto.seal(text, context=SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(b64decode(encrypted_text), context=SECRETS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_last(authenticator)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 (allauth's)
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}


class StaffStage(AuthenticateStage):  # type: ignore[misc]
    """Ask for the second factor, of staff; the demonstration's one click goes without."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        how = sessions.how_of(get_authentication_records(request, user))
        if how == sessions.How.DIRECTORY:
            return False  # the directory has asked for both; `portal.pages.sign_in.oidc` looked
        if user is None or is_demo_account(user) or not works_here(user):
            return False
        return bool(super()._should_handle(request))


class FactorForm(Look, base.AuthenticateForm):  # type: ignore[misc]
    """The code that shows now in the app, or one of the codes on paper."""

    submit_label = gettext_lazy("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code(self)


class FactorAgainForm(Look, base.ReauthenticateForm):  # type: ignore[misc]
    """The same, for somebody who is signed in and about to change something."""

    submit_label = gettext_lazy("Go on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code(self)


class AppForm(Look, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app: it shows that the secret has arrived."""

    submit_label = gettext_lazy("Connect the app")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code(self)
        self.fields["code"].label = gettext_lazy("The six figures in the app")


class PasskeyForm(Look, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A name that one knows the device by; what the device answers is filled in by the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("What do you call this device?")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].widget = forms.HiddenInput()


def code(form: Look) -> None:
    """Word the question for a code: figures, pasted or filled in by the telephone."""
    question(form, "code", gettext_lazy("Code"), autocomplete="one-time-code")
    form.fields["code"].widget.attrs["inputmode"] = "numeric"


def works_here(user: User | AnonymousUser) -> bool:
    """Answer whether an account is staff at this moment."""
    return Membership.objects.current().filter(user=user.pk).exists()


def is_demo_account(user: User) -> bool:
    """Answer whether this is one of the invented accounts, in the demonstration."""
    return bool(settings.PORTAL_DEMO and user.email in ACCOUNTS)


def is_last(authenticator: Authenticator) -> bool:
    """Answer whether staff would be left without a second factor."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=KINDS)
    return works_here(authenticator.user) and not others.exclude(pk=authenticator.pk).exists()
