"""How many places there are."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.services.seats import MOST
from portal.forms import Form


class SeatsForm(Form):
    """How many, and whether it is so from now on."""

    submit_label = _("Save the number of places")

    seats = forms.IntegerField(label=_("How many places?"), min_value=1, max_value=MOST)
    from_now_on = forms.BooleanField(
        label=_("As many each time from now on"),
        required=False,
        help_text=_("Where more people have a place already, they keep it."),
    )
