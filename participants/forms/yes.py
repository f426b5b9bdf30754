"""What a yes always has: a last day, and, where a colleague writes it down, how it was given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models import ConsentGiven
from portal.forms import Form

LONGEST = timedelta(days=365)  # domain.md R3


class YesForm(Form):
    """A form with `until`, the last day: today or later, and within twelve months."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if until > self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day within twelve months."))
        return until

    def clean(self) -> dict[str, Any]:
        """A yes that was `given` in speech was heard by a `witness`, too."""
        cleaned = super().clean() or {}
        if cleaned.get("given") == ConsentGiven.SPEECH and not cleaned.get("witness"):
            self.add_error("witness", _("Write who was there and heard the yes."))
        return cleaned


def given_field() -> forms.TypedChoiceField:
    """Return the question how it was given: on paper or in speech."""
    return forms.TypedChoiceField(
        label=_("How did the person say yes?"),
        coerce=ConsentGiven,
        choices=[one for one in ConsentGiven.choices if one[0] != ConsentGiven.PORTAL],
        widget=forms.RadioSelect,
    )


def witness_field() -> forms.CharField:
    """Return the question who heard it."""
    return forms.CharField(
        label=_("Who was there and heard it?"),
        required=False,
        max_length=200,
        help_text=_("Needed when the yes was spoken."),
    )


def shown_until_field() -> forms.DateField:
    """Return the question how long a card is shown."""
    return forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_("Then it is shown no longer. A year at most."),
    )
