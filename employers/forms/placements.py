"""Questions about a place; a person's colleagues are few, a register is searched."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from employers.models import Answer, EndReason, FoundBy, PlacementKind, Subsidy
from employers.models.placements import NEVER_WAS, PAID
from portal.forms import Form, day_within

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from crispy_forms.helper import FormHelper

    from portal.models import Membership

YEARS_BACK = 20  # a job that one has had since then
LAST_DAY_AHEAD = 5  # wage support is decided for up to four years
MOST_HOURS = 60


class PlacementForm(Form):
    """A place with its days, hours and supporter."""

    creates = True
    submit_label = _("Save the place")

    kind = forms.ChoiceField(
        label=_("What kind of place is it?"),
        widget=forms.RadioSelect,
        choices=PlacementKind,
        error_messages={"required": _("Choose what kind of place it is")},
    )
    subsidy = forms.ChoiceField(
        label=_("Which wage support?"),
        required=False,
        choices=[("", _("None")), *Subsidy.choices],
        help_text=_("Only for a job with wage support."),
    )
    occupation = forms.CharField(
        label=_("What does one do there?"),
        max_length=200,
        help_text=_("For example: packing, garden work, helping in a kitchen."),
        error_messages={"required": _("Write what one does there")},
    )
    starts_on = forms.DateField(
        label=_("First day"), error_messages={"required": _("Choose the first day")}
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if it goes on."),
    )
    permanent = forms.BooleanField(label=_("A job until further notice"), required=False)
    hours_per_week = forms.DecimalField(
        label=_("Hours a week"),
        required=False,
        localize=True,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Two hours is fine too."),
        error_messages={"invalid": _("Write the hours in figures, such as 2.5.")},
    )
    supporter = forms.TypedChoiceField(label=_("Who supports at the workplace?"))
    may_lead_to_wage = forms.ChoiceField(
        label=_("May it lead to a wage?"),
        widget=forms.RadioSelect,
        choices=Answer,
        initial=Answer.UNCLEAR,
        help_text=_("Answer as it is. The person reads it."),
    )
    found_by = forms.ChoiceField(
        label=_("Who found the place?"),
        required=False,
        choices=[("", _("Not said")), *FoundBy.choices],
    )

    def __init__(self, *args: Any, team: Iterable[Membership], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.team = {str(one.pk): one for one in team}
        supporter = self.fields["supporter"]
        if isinstance(supporter, forms.TypedChoiceField):
            supporter.choices = [
                (pk, f"{one.user.name}, {one.get_role_display()}") for pk, one in self.team.items()
            ]
            supporter.coerce = self.team.__getitem__

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            *("kind", "subsidy", "occupation"),
            Row("starts_on", "ends_on"),
            *("permanent", "hours_per_week", "supporter", "may_lead_to_wage", "found_by"),
            *(name for name in ("submission_id", "version") if name in self.fields),
        )
        return helper

    def clean_starts_on(self) -> date | None:
        return day_within(self.cleaned_data["starts_on"], self.today, back=YEARS_BACK)

    def clean_ends_on(self) -> date | None:
        day = self.cleaned_data["ends_on"]
        return day_within(day, self.today, back=YEARS_BACK, ahead=LAST_DAY_AHEAD)

    def clean_hours_per_week(self) -> Decimal | None:
        hours: Decimal | None = self.cleaned_data["hours_per_week"]
        if hours is not None and not 0 < hours <= MOST_HOURS:
            raise forms.ValidationError(_("Write the hours of a week, from 0.5 to 60."))
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, starts_on, ends_on = (cleaned.get(it) for it in ("kind", "starts_on", "ends_on"))
        # A radio button cannot be taken back, so an answer that does not belong is left out.
        if kind != PlacementKind.SUBSIDISED:
            cleaned["subsidy"] = ""
        elif not cleaned.get("subsidy"):
            self.add_error("subsidy", _("Choose which wage support it is."))
        cleaned["permanent"] = bool(cleaned.get("permanent")) and kind in PAID and not ends_on
        if kind == PlacementKind.STUDY_VISIT and not ends_on:
            cleaned["ends_on"] = starts_on
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day must not come before the first."))
        return cleaned


class PlacementChangeForm(PlacementForm):
    """The same questions, for a place that is known already."""

    creates = False
    submit_label = _("Save")

    version = forms.IntegerField(widget=forms.HiddenInput)


class PlacementEndForm(Form):
    """When and why it ended, and where it led."""

    submit_label = _("End the place")

    ended_on = forms.DateField(
        label=_("Last day there"), error_messages={"required": _("Choose the last day")}
    )
    end_reason = forms.ChoiceField(
        label=_("Why did it end?"),
        widget=forms.RadioSelect,
        choices=EndReason,
        error_messages={"required": _("Choose why it ended")},
    )
    led_to_job = forms.ChoiceField(
        label=_("Did it lead to a job?"),
        widget=forms.RadioSelect,
        choices=Answer,
        error_messages={"required": _("Choose whether it led to a job")},
    )

    def __init__(self, *args: Any, starts_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts_on = starts_on
        self.today = today
        self.fields["ended_on"].initial = today

    def clean_ended_on(self) -> date | None:
        ended_on: date = self.cleaned_data["ended_on"]
        if ended_on > self.today:
            raise forms.ValidationError(
                _("Choose today or an earlier day. Does it end later? Change the last day instead.")
            )
        return day_within(ended_on, self.today, back=YEARS_BACK)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ended_on, reason = cleaned.get("ended_on"), cleaned.get("end_reason")
        if ended_on and reason and ended_on < self.starts_on and reason not in NEVER_WAS:
            self.add_error("ended_on", _("The last day must not come before the first."))
        return cleaned
