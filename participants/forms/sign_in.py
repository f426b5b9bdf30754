"""What a colleague answers when helping a person to sign in."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.forms import Form
from portal.models import Met

EASY = {"1234", "4321", "12345", "123456", "654321"}


class PinForm(Form):
    """The PIN that the person chooses; it stands nowhere on the card."""

    submit_label = _("Make the card")

    pin = forms.CharField(
        label=_("PIN that the person chooses"),
        help_text=_("Four to six figures. It is not printed. Let the person type it."),
        validators=[RegexValidator(r"^[0-9]{4,6}$", _("Write four to six figures."))],
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_pin(self) -> str:
        pin: str = self.cleaned_data["pin"]
        if pin in EASY or len(set(pin)) == 1:
            raise forms.ValidationError(_("Choose figures that are harder to guess."))
        return pin


class ConfirmForm(Form):
    """How the colleague knew."""

    submit_label = _("I have met the person: confirm")

    how = forms.ChoiceField(
        label=_("How do you know who it is?"), choices=Met, widget=forms.RadioSelect
    )
