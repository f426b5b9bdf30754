"""A yes to share: asked for, or written down from paper or speech. Nothing is ticked beforehand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.forms.yes import YesForm, given_field, witness_field
from participants.models import ALONE, ConsentPurpose
from portal.models import InfoType, Organisation, OrganisationKind

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

USUAL_CONSENT = timedelta(days=182)
RECEIVERS = (
    OrganisationKind.DEPARTMENT,
    OrganisationKind.AGENCY,
    OrganisationKind.REGION,
    OrganisationKind.ASSOCIATION,
)


class SharingForm(YesForm):
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
        super().__init__(*args, today=today, **kwargs)
        receiver = self.fields["receiver"]
        if isinstance(receiver, forms.ModelChoiceField):
            others = Organisation.objects.filter(kind__in=RECEIVERS)
            receiver.queryset = others.exclude(pk=actor.organisation_id or 0).order_by("name", "pk")
        self.fields["until"].initial = today + USUAL_CONSENT


class QuestionForm(SharingForm):
    """What a colleague wants to ask the person; each kind becomes a question of its own."""

    submit_label = _("Ask")


class ConsentForm(SharingForm):
    """A yes on paper or in speech, written down by a colleague.

    Health and money are never written down beside something else: `alone` is the one of them that
    this yes is about.
    """

    submit_label = _("Save the yes")

    given = given_field()
    witness = witness_field()
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
