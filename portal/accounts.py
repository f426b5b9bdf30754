"""How allauth meets our accounts: nobody signs up by themselves, staff hand out accounts."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.forms import BooleanField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal import sessions
from portal.forms import FILL_IN, Look
from portal.invented import ACCOUNTS
from portal.models import Membership
from portal.sessions import How
from portal.sign_in import codes

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from portal.models import User

# These ways begin on somebody else's telephone or computer, more often than not.
ON_LOAN = {How.HANDED, How.CARD}
# In the demonstration, its own accounts need nothing more than these.
TRIED_OUT = {How.DEMO, How.PASSWORD}
JUST_NOW = 600  # seconds after signing in
CODE_BY_MAIL, NOBODYS = "account/email/login_code", "account/email/unknown_account"
CHANGED = "account/email/sign_in_changed"
WRONG = _("That did not match. Check what you wrote, and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Close sign-up: an account begins with a guide or an administrator."""

    # the same words whether the account or the password is wrong
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "incorrect_password": WRONG,
        "incorrect_code": _("That code did not match. Look again, and try once more."),
        "enter_current_password": _("Write the password you have now."),
        "too_many_login_attempts": _("That was many tries. Wait five minutes, or call us."),
        "rate_limited": _("That was many tries. Wait five minutes, or call us."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "portal.factors.StaffStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and stamp the session with how: our rules go by the stamp alone."""
        records = get_authentication_records(request, user)
        how = sessions.how_of(records)
        borrowed = bool(request.session.pop(sessions.BORROWED, False)) or how in ON_LOAN
        super().login(request, user)
        is_demo = how in TRIED_OUT and settings.PORTAL_DEMO and user.email in ACCOUNTS
        used = {record.get("method") for record in records}
        sessions.begin(
            request.session,
            user,
            How.DEMO if is_demo else how,
            second_factor=is_demo or how == How.DIRECTORY or "mfa" in used,
            staff=Membership.objects.current().filter(user=user).exists(),
            borrowed=borrowed,
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Let a code go by the outbox, where it leaves though the broker is away."""
        if template_prefix == CODE_BY_MAIL:
            codes.send(code=context["code"], email=email)
        elif template_prefix == NOBODYS and asks_for_code(context["request"]):
            codes.send(code=self.generate_login_code(), email=email, is_known=False)
        else:
            super().send_mail(template_prefix, email, context)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_more: Any) -> None:
        codes.send(code=code, phone=phone)

    def send_unknown_account_sms(self, phone: str, **_more: Any) -> None:
        codes.send(code=self.generate_login_code(), phone=phone, is_known=False)

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        code: str = self.generate_login_code()
        return code

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Leave the record as it is: a guide wrote the number there."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a way to sign in is changed, save as one gets the very first one."""
        request = context.request
        stamp = sessions.Stamp.of(request.session)
        if stamp and time.time() - stamp.began < JUST_NOW:
            began = datetime.fromtimestamp(stamp.began, UTC)
            held = Authenticator.objects.filter(user=request.user.pk)
            if not held.filter(created_at__lt=began).exists():
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """Tell the owner of an account that a way to sign in was changed: one letter for all."""
        super().send_notification_mail(CHANGED, user, *args, **kwargs)


class LoginForm(Look, forms.LoginForm):  # type: ignore[misc]
    """Two questions; the browser may fill in both."""

    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "login", _("E-mail or user name"), autocomplete="username")
        question(self, "password", _("Password"), autocomplete="current-password")
        self.fields["borrowed"] = borrowed()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if self.cleaned_data["borrowed"]:
            request.session[sessions.BORROWED] = True
        response: HttpResponse = super().login(request, redirect_url)
        sessions.fit(request.session)  # allauth has just given the cookie its longest life
        return response


class ReauthenticateForm(Look, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before a way to sign in is changed."""

    submit_label = _("Go on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "password", _("Your password"), autocomplete="current-password")


class ResetPasswordForm(Look, forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link."""

    submit_label = _("Send the link")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "email", _("E-mail"), autocomplete="email")


class ResetPasswordKeyForm(Look, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, after the link."""

    submit_label = _("Save the password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new_password(self)


class ChangePasswordForm(Look, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one."""

    submit_label = _("Save the password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "oldpassword", _("The password you have now"), "current-password")
        new_password(self)


def borrowed() -> BooleanField:
    """Return the question of every way in: a borrowed telephone forgets after ten minutes."""
    return BooleanField(
        required=False,
        label=_("I am borrowing this phone or computer"),
        help_text=_("Then we sign you out after ten minutes, and nothing stays behind."),
    )


def asks_for_code(request: HttpRequest) -> bool:
    """Answer whether this is the page that sends codes, and not the one for a new password."""
    match = request.resolver_match
    return match is not None and match.url_name == "account_request_login_code"


def new_password(form: Look) -> None:
    """Word the two questions of a new password."""
    question(form, "password1", _("New password"), autocomplete="new-password")
    question(form, "password2", _("The same once more"), autocomplete="new-password")
    form.fields["password1"].help_text = _("At least 12 characters. Three words in a row do well.")


def question(form: Look, name: str, label: Any, autocomplete: str) -> None:
    """Word a question our way: a label instead of a placeholder that vanishes."""
    field = form.fields[name]
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
    field.error_messages["required"] = format_lazy(FILL_IN, question=label)
