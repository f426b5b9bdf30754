"""Who speaks for a person, what the paper covers, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models.representatives import (
    IN_WRITING,
    MAY_BE_OPENED,
    YEAR,
    Proof,
    RepresentativeKind,
)
from portal.forms import Form, day_within
from portal.models import InfoType, Membership
from portal.permissions import Role

if TYPE_CHECKING:
    from datetime import date

LONGEST = 1  # years back that a day may lie


class Dated(Form):
    """When the paper was seen, and how long it holds: a year from then, at most."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def day_behind(self, name: str) -> date | None:
        """Return a day that has been, today at the latest."""
        day: date | None = self.cleaned_data[name]
        if day and day > self.today:
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day_within(day, self.today, back=LONGEST)

    def clean_seen_on(self) -> date | None:
        return self.day_behind("seen_on")

    def clean_until(self) -> date | None:
        return day_within(self.cleaned_data["until"], self.today, ahead=LONGEST)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        seen_on, until = answers.get("seen_on"), answers.get("until")
        if seen_on and until and until > seen_on + YEAR:
            self.add_error("until", _("Choose a day within a year from when the paper was seen."))
        return answers


def seen_on_field() -> forms.DateField:
    """Return the question when somebody last looked at the paper."""
    return forms.DateField(label=_("When did you see the paper?"), widget=forms.DateInput)


def until_field() -> forms.DateField:
    """Return the question how long it holds."""
    return forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_("Until further notice? Choose a year ahead. Then you look at the paper again."),
    )


class RepresentativeForm(Dated):
    """The account by its address, so that nobody reads a list of others' representatives."""

    creates = True
    submit_label = _("Save")

    membership = forms.EmailField(
        label=_("The representative's e-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("The address of their own account. An administrator opens the account."),
    )
    kind = forms.ChoiceField(
        label=_("As what?"), choices=RepresentativeKind.choices, widget=forms.RadioSelect
    )
    proof = forms.ChoiceField(
        label=_("Which paper have you seen?"), choices=Proof.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Something about the paper"),
        max_length=200,
        required=False,
        help_text=_("For example a number, and where it is kept. The person can read this."),
    )
    seen_on = seen_on_field()
    info_types = forms.TypedMultipleChoiceField(
        label=_("What does the paper cover?"),
        coerce=lambda value: InfoType(int(value)),
        choices=[(int(kind), kind.label) for kind in MAY_BE_OPENED],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what is needed. Notes from talks are never opened."),
        error_messages={"required": _("Choose at least one thing, or nothing is opened.")},
    )
    in_writing = forms.CharField(
        label=_("Where is health or money written?"),
        max_length=200,
        required=False,
        help_text=_("Needed if you have ticked one of them. Write the words of the paper."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput)
    until = until_field()
    told_on = forms.DateField(
        label=_("When did you talk with the person about it?"),
        widget=forms.DateInput,
        help_text=_("The person knows who reads, and what. Otherwise wait."),
    )

    def clean_membership(self) -> Membership:
        address = self.cleaned_data["membership"].strip()
        speaks = Membership.objects.current().filter(role=Role.REPRESENTATIVE)
        found = speaks.filter(user__email__iexact=address).select_related("user").order_by("pk")
        one = found.first()
        if one is None:
            raise forms.ValidationError(
                _("No representative has that address. Ask an administrator to open the account.")
            )
        return one

    def clean_told_on(self) -> date | None:
        return self.day_behind("told_on")

    def clean_starts_on(self) -> date | None:
        return day_within(self.cleaned_data["starts_on"], self.today, back=10, ahead=LONGEST)

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        starts_on, until = answers.get("starts_on"), answers.get("until")
        if starts_on and until and until < starts_on:
            self.add_error("until", _("The last day must not come before the first."))
        ticked = set(answers.get("info_types", ())) & set(IN_WRITING)
        if ticked and not answers.get("in_writing") and "in_writing" not in self.errors:
            self.add_error("in_writing", _("Write where the paper says so, or untick it."))
        return answers


class RenewForm(Dated):
    """The paper is looked at again; what it covers stays as it was."""

    submit_label = _("It still holds")

    seen_on = seen_on_field()
    until = until_field()
