"""What one shows at a screen by the door."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import Form

SECRET = re.compile(r"[A-Z2-7]{32}$")
FIGURES = re.compile(r"[0-9]{4}$")


class KioskForm(Form):
    """Four figures; or the card, which a reader types as its whole address, and its PIN."""

    submit_label = _("I am here")

    card = forms.CharField(
        label=_("Your code, or your card"),
        max_length=200,
        help_text=_("Four figures. Or hold your card to the reader."),
        error_messages={"required": _("Write your four figures, or hold your card to the reader.")},
        widget=forms.PasswordInput(
            {"autocomplete": "off", "autofocus": True, "inputmode": "numeric"}, render_value=True
        ),
    )
    pin = forms.CharField(
        label=_("PIN of the card"),
        max_length=12,
        required=False,
        help_text=_("Leave it empty if you have a code."),
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_card(self) -> str:
        """Find the secret at the end, whatever a reader's keyboard made of the rest."""
        compact = re.sub(r"[\s-]", "", self.cleaned_data["card"]).upper()
        found = SECRET.search(compact)
        return found.group() if found else compact

    def clean(self) -> dict[str, Any]:
        """Ask for the PIN that belongs to a card; figures have none."""
        cleaned = super().clean() or {}
        if "card" in cleaned and not self.figures and not cleaned.get("pin"):
            self.add_error("pin", _("Write the PIN of your card."))
        return cleaned

    @property
    def figures(self) -> str:
        """The four figures, if that is what was written."""
        written: str = self.cleaned_data.get("card", "")
        return written if FIGURES.match(written) else ""

    def forget(self) -> None:
        """Leave no figures, and no card, on the screen for whoever comes next."""
        self.data = {**self.data, "card": ""}
