"""Which period of mandated days is sent, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, day_within
from portal.models import Membership, Organisation
from portal.permissions import GRANTS, Permission

if TYPE_CHECKING:
    from datetime import date

LONGEST = 366  # days
DECIDING = [role for role, granted in GRANTS.items() if Permission.RELEASE_READ in granted]


class ReleaseForm(Form):
    """A period, and the unit that decides on money."""

    creates = True
    submit_label = _("Make it ready to read")

    receiver = forms.ModelChoiceField(
        label=_("Who reads it?"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    first_on = forms.DateField(label=_("From which day?"), widget=forms.DateInput)
    last_on = forms.DateField(label=_("To which day?"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["receiver"]
        if isinstance(field, forms.ModelChoiceField):
            deciding = Membership.objects.current().filter(role__in=DECIDING)
            units = Organisation.objects.units().filter(pk__in=deciding.values("unit"))
            field.queryset = units.order_by("name", "pk")
            if len(field.queryset) == 1:
                field.initial = field.queryset[0].pk

    def clean_first_on(self) -> date | None:
        return day_within(self.cleaned_data["first_on"], timezone.localdate(), back=2, ahead=1)

    def clean_last_on(self) -> date | None:
        return day_within(self.cleaned_data["last_on"], timezone.localdate(), back=2, ahead=1)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        first, last = answers.get("first_on"), answers.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day must not come before the first."))
        elif first and last and (last - first).days > LONGEST:
            self.add_error("last_on", _("Choose a year at most."))
        return answers
