"""The questions of those who have neither e-ID nor password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.core import context, ratelimit
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException

from participants.services import sign_in
from portal.accounts import borrowed, question
from portal.forms import Form, Look

if TYPE_CHECKING:
    from portal.models import User

MANY = _("That was many tries. Wait a while, or call us.")


class CodeRequestForm(Form):
    """Where to send a code: the number or the address that the contact has written down."""

    submit_label = _("Send me a code")

    address = forms.CharField(
        label=_("Your mobile number or e-mail"),
        max_length=254,
        help_text=_("The one that your contact has. Such as 070-174 06 05."),
        error_messages={"required": _("Write your mobile number or your e-mail.")},
        widget=forms.TextInput({"autocomplete": "tel"}),
    )
    borrowed = borrowed()
    _user: User | None = None  # allauth's view reads it

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"].strip()
        if "@" in typed:
            validate_email(typed)
            return typed.lower()
        try:
            number = PhoneNumber.from_string(typed, region="SE")
        except NumberParseException:
            number = None
        if number is None or not number.is_valid():
            raise forms.ValidationError(
                _("Write your mobile number, such as 070-174 06 05, or your e-mail.")
            )
        return str(number.as_e164)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        address = cleaned.get("address")
        if not address:
            return cleaned
        if not ratelimit.consume(context.request, action="request_login_code", key=address):
            raise forms.ValidationError(MANY)
        self._user = sign_in.account_at(address)
        return cleaned | {"email" if "@" in address else "phone": address}


class CodeForm(Look, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that came."""

    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question(self, "code", _("The code"), autocomplete="one-time-code")


class HandedForm(Form):
    """The code that a guide has just read out."""

    submit_label = _("Sign in")

    code = forms.CharField(
        label=_("The code from your contact"),
        max_length=20,
        error_messages={"required": _("Write the code that you got.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )


class CardForm(Form):
    """What stands on the card, filled in by the page when the card was scanned, and the PIN."""

    submit_label = _("Sign in")

    secret = forms.CharField(
        label=_("The long code on the card"),
        max_length=60,
        error_messages={"required": _("Write the long code on the card, or scan the picture.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=12,
        error_messages={"required": _("Write your PIN: the figures you chose.")},
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
