"""What a manager writes down when a law allows or demands that something is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import LegalGround
from portal.forms import Form, day_within
from portal.models import InfoType

if TYPE_CHECKING:
    from datetime import date


class DisclosureForm(Form):
    """The person reads all of this: write so that they can."""

    creates = True
    submit_label = _("Save")

    receiver = forms.CharField(
        label=_("To whom?"),
        max_length=200,
        help_text=_("The authority or organisation, not the name of a person."),
    )
    what = forms.CharField(
        label=_("What was handed out?"),
        max_length=300,
        help_text=_("Say what it was, such as: the dates of meetings in March."),
    )
    info_types = forms.TypedMultipleChoiceField(
        label=_("What kind of information?"),
        coerce=lambda value: InfoType(int(value)),
        choices=InfoType,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing")},
    )
    ground = forms.ChoiceField(
        label=_("On which ground?"), choices=LegalGround, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why was it right?"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("How you weighed it. The person can read this."),
        error_messages={"required": _("Write why it was handed out.")},
    )
    disclosed_on = forms.DateField(label=_("Which day?"), widget=forms.DateInput)

    def clean_disclosed_on(self) -> date | None:
        day: date = self.cleaned_data["disclosed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day_within(day, timezone.localdate(), back=2)


class PersonSearchForm(Form):
    """Find a person by name, among those of the units that one manages."""

    form_method = "get"
    submit_label = _("Search")
    template = "vag/filter.html"

    q = forms.CharField(label=_("Search person"), max_length=100, required=False)
