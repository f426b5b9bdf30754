"""A yes to share: asked for, or written down from paper or speech. Nothing is ticked beforehand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models import ALONE, ConsentGiven, ConsentPurpose
from portal.forms import Form
from portal.models import InfoType, Organisation, OrganisationKind

if TYPE_CHECKING:
    from portal.actor import Actor

LONGEST_CONSENT = timedelta(days=365)
USUAL_CONSENT = timedelta(days=182)
RECEIVERS = (
    OrganisationKind.DEPARTMENT,
    OrganisationKind.AGENCY,
    OrganisationKind.REGION,
    OrganisationKind.ASSOCIATION,
)


class SharingForm(Form):
    """Who would read what, what for, and until when."""

    creates = True

    receiver = forms.ModelChoiceField(
        label=_("Who may read?"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    info_types = forms.TypedMultipleChoiceField(
        label=_("What may they read?"),
        coerce=lambda value: InfoType(int(value)),
        choices=InfoType,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing")},
    )
    purpose = forms.ChoiceField(
        label=_("What for?"), choices=ConsentPurpose, widget=forms.RadioSelect
    )
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_("Six months is usual, twelve at most."),
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        receiver = self.fields["receiver"]
        if isinstance(receiver, forms.ModelChoiceField):
            others = Organisation.objects.filter(kind__in=RECEIVERS)
            receiver.queryset = others.exclude(pk=actor.organisation_id or 0).order_by("name", "pk")
        self.fields["until"].initial = today + USUAL_CONSENT

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if until > self.today + LONGEST_CONSENT:
            raise forms.ValidationError(_("Choose a day within twelve months."))
        return until


class QuestionForm(SharingForm):
    """What a colleague wants to ask the person; each kind becomes a question of its own."""

    submit_label = _("Ask")


class ConsentForm(SharingForm):
    """A yes on paper or in speech, written down by a colleague.

    Health and money are never written down beside something else: `alone` is the one of them that
    this yes is about.
    """

    submit_label = _("Save the yes")

    given = forms.ChoiceField(
        label=_("How did the person say yes?"),
        choices=[one for one in ConsentGiven.choices if one[0] != ConsentGiven.PORTAL],
        widget=forms.RadioSelect,
    )
    witness = forms.CharField(
        label=_("Who was there and heard it?"),
        required=False,
        max_length=200,
        help_text=_("Needed when the yes was spoken."),
    )
    field_order = ("receiver", "info_types", "purpose", "given", "witness", "until")

    def __init__(self, *args: Any, alone: InfoType | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["info_types"]
        if isinstance(kinds, forms.TypedMultipleChoiceField):
            kinds.choices = [
                one
                for one in InfoType.choices
                if (one[0] == alone if alone else one[0] not in ALONE)
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("given") == ConsentGiven.SPEECH and not cleaned.get("witness"):
            self.add_error("witness", _("Write who was there and heard the yes."))
        return cleaned
