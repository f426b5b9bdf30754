"""When an activity ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, day_within

if TYPE_CHECKING:
    from datetime import date


class EndForm(Form):
    """The last day of an activity, or none."""

    submit_label = _("Show what changes")

    ended_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Leave it empty, and it goes on."),
    )

    def clean_ended_on(self) -> date | None:
        return day_within(self.cleaned_data["ended_on"], timezone.localdate())
