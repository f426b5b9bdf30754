"""A yes to share, written down from paper or speech."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models import (
    ConsentGiven,
    ConsentPurpose,
)
from portal.forms import Form
from portal.models import InfoType, Organisation, OrganisationKind

if TYPE_CHECKING:
    from portal.actor import Actor

LONGEST_CONSENT = timedelta(days=365)
USUAL_CONSENT = timedelta(days=182)


class ConsentForm(Form):
    """A yes on paper or in speech, written down by the guide; nothing is ticked beforehand."""

    creates = True
    submit_label = _("Save the yes")

    receiver = forms.ModelChoiceField(
        label=_("Who may read?"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    info_types = forms.TypedMultipleChoiceField(
        label=_("What may they read?"),
        coerce=lambda value: InfoType(int(value)),
        choices=InfoType,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the person said yes to")},
    )
    purpose = forms.ChoiceField(
        label=_("What for?"), choices=ConsentPurpose, widget=forms.RadioSelect
    )
    given = forms.ChoiceField(
        label=_("How did the person say yes?"), choices=ConsentGiven, widget=forms.RadioSelect
    )
    witness = forms.CharField(
        label=_("Who was there and heard it?"),
        required=False,
        max_length=200,
        help_text=_("Needed when the yes was spoken."),
    )
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput)

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        receiver = self.fields["receiver"]
        if isinstance(receiver, forms.ModelChoiceField):
            receiver.queryset = (
                Organisation.objects.filter(
                    kind__in=(
                        OrganisationKind.DEPARTMENT,
                        OrganisationKind.AGENCY,
                        OrganisationKind.REGION,
                        OrganisationKind.ASSOCIATION,
                    )
                )
                .exclude(pk=actor.organisation_id or 0)
                .order_by("name", "pk")
            )
        self.fields["until"].initial = today + USUAL_CONSENT

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if until > self.today + LONGEST_CONSENT:
            raise forms.ValidationError(_("Choose a day within twelve months."))
        return until

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("given") == ConsentGiven.SPEECH and not cleaned.get("witness"):
            self.add_error("witness", _("Write who was there and heard the yes."))
        return cleaned
