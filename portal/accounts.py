"""How allauth meets our accounts: nobody signs up by themselves, staff hand out accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.forms import FILL_IN, Look

if TYPE_CHECKING:
    from django.http import HttpRequest

WRONG = _("That did not match. Check what you wrote, and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Close sign-up: an account begins with a guide or an administrator."""

    # the same words whether the account or the password is wrong
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "incorrect_password": WRONG,
        "enter_current_password": _("Write the password you have now."),
        "too_many_login_attempts": _("That was many tries. Wait five minutes, or call us."),
        "rate_limited": _("That was many tries. Wait five minutes, or call us."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginForm(Look, forms.LoginForm):  # type: ignore[misc]
    """Two questions; the browser may fill in both."""

    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "login", _("E-mail or user name"), autocomplete="username")
        question(self, "password", _("Password"), autocomplete="current-password")


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
