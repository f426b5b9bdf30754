"""What one shows at a screen by the door."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import Form

SECRET = re.compile(r"[A-Z2-7]{32}$")


class KioskForm(Form):
    """The card, which a reader types as the whole address that is drawn on it, and its PIN."""

    submit_label = _("I am here")

    card = forms.CharField(
        label=_("Your card"),
        max_length=200,
        help_text=_("Hold it to the reader, or write the long code."),
        error_messages={"required": _("Hold your card to the reader, or write its long code.")},
        widget=forms.PasswordInput({"autocomplete": "off", "autofocus": True}, render_value=True),
    )
    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=12,
        error_messages={"required": _("Write your PIN.")},
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_card(self) -> str:
        """Find the secret at the end, whatever a reader's keyboard made of the rest."""
        compact = re.sub(r"[\s-]", "", self.cleaned_data["card"]).upper()
        found = SECRET.search(compact)
        return found.group() if found else compact
