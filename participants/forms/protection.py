"""Protected identity: which kind, why, and the name that screens show instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models import Protection
from participants.models.protection import LEAST_WORDS
from portal.forms import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from portal.models import Membership

MOST = 300


def reason_field(label: _StrOrPromise) -> forms.CharField:
    """Return the question why, of which the answer is kept with the history."""
    return forms.CharField(
        label=label,
        min_length=LEAST_WORDS,
        max_length=MOST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": _("Write a few words about why."),
            "min_length": _("Write a little more: at least %(limit_value)d characters."),
        },
    )


class PersonSearchForm(Form):
    """Find one person in the own units, to protect."""

    form_method = "get"
    submit_label = _("Search")
    template = "vag/filter.html"

    q = forms.CharField(label=_("First and last name"), max_length=100, required=False)


class ProtectionForm(Form):
    """Which protection, the name on screens, and who goes on working with the person."""

    submit_label = _("Save the protection")

    protection = forms.TypedChoiceField(
        label=_("Which protection does the person have?"),
        coerce=lambda value: Protection(int(value)),
        choices=Protection.choices[1:],
        widget=forms.RadioSelect,
    )
    alias = forms.CharField(
        label=_("Which name do screens show instead?"),
        max_length=100,
        help_text=_("A name that says nothing about who it is. Choose it together."),
    )
    named = forms.TypedMultipleChoiceField(
        label=_("Who goes on working with the person?"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody else finds the person from now on. You can name more people later."),
    )
    reason = reason_field(_("Why?"))

    def __init__(self, *args: Any, colleagues: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {one.pk: one for one in colleagues}
        field = self.fields["named"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [
                (one.pk, f"{one.user.name}, {one.get_role_display()}") for one in colleagues
            ]
        if not colleagues:
            del self.fields["named"]

    def chosen(self) -> list[Membership]:
        """Return the colleagues who were chosen."""
        return [self.colleagues[pk] for pk in self.cleaned_data.get("named", ())]


class ProtectionLiftForm(Form):
    """Why the protection ends."""

    submit_label = _("Lift the protection")

    reason = reason_field(_("Why does it end?"))


class NameColleagueForm(Form):
    """Nothing to fill in: the page says what follows."""

    submit_label = _("Name")


class OpeningForm(Form):
    """Why the record is opened at a first meeting; the person reads the words."""

    submit_label = _("Open the record today")

    reason = reason_field(_("Why do you open the record?"))
