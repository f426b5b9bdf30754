"""Questions about employers and places; a person's colleagues are few, a register is searched."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from employers.models import (
    Answer,
    EndReason,
    FoundBy,
    HowItGoes,
    PlacementKind,
    Spoke,
    Subsidy,
)
from employers.models.placements import NEVER_WAS, PAID
from participants.models import Mode
from portal.forms import FilterForm, Form

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from crispy_forms.helper import FormHelper

    from portal.models import Membership

FARTHEST = timedelta(days=5 * 366)  # further away, the year is a slip of the finger
OLDEST = timedelta(days=366)
MOST_HOURS = 60
LAST_PAGE = 200
TALKS = (Mode.PHONE, Mode.MEETING, Mode.MESSAGE, Mode.VIDEO)


class EmployerSearchForm(FilterForm):
    """Find an employer by a part of its name."""

    submit_label = _("Search")

    q = forms.CharField(label=_("Search employer by name"), required=False, max_length=100)
    sida = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )


class EmployerForm(Form):
    """An employer: the name is enough."""

    name = forms.CharField(
        label=_("What is the employer called?"),
        max_length=200,
        error_messages={"required": _("Write the name of the employer")},
    )
    trade = forms.CharField(
        label=_("Trade"),
        required=False,
        max_length=100,
        help_text=_("For example: garden, warehouse, café."),
    )
    contact_name = forms.CharField(label=_("Whom to ring"), required=False, max_length=200)
    contact_phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        region="SE",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the number, for example 040-628 04 00.")},
    )
    contact_email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)


class NewEmployerForm(EmployerForm):
    """An employer that is not in the register yet."""

    creates = True
    submit_label = _("Add the employer")


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

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if abs(starts_on - self.today) > FARTHEST:
            raise forms.ValidationError(_("Look at the year of the first day once more."))
        return starts_on

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

    def clean_ended_on(self) -> date:
        ended_on: date = self.cleaned_data["ended_on"]
        if ended_on > self.today:
            raise forms.ValidationError(
                _("Choose today or an earlier day. Does it end later? Change the last day instead.")
            )
        return ended_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ended_on, reason = cleaned.get("ended_on"), cleaned.get("end_reason")
        if ended_on and reason and ended_on < self.starts_on and reason not in NEVER_WAS:
            self.add_error("ended_on", _("The last day must not come before the first."))
        return cleaned


class FollowUpForm(Form):
    """How it goes, in five taps."""

    creates = True
    submit_label = _("Save the follow-up")

    spoke_with = forms.ChoiceField(
        label=_("Whom did you talk with?"),
        widget=forms.RadioSelect,
        choices=Spoke,
        error_messages={"required": _("Choose whom you talked with")},
    )
    mode = forms.ChoiceField(
        label=_("How were you in touch?"),
        widget=forms.RadioSelect,
        choices=[(one, one.label) for one in TALKS],
        error_messages={"required": _("Choose how you were in touch")},
    )
    how_it_goes = forms.ChoiceField(
        label=_("How does it go?"),
        widget=forms.RadioSelect,
        choices=HowItGoes,
        error_messages={"required": _("Choose how it goes")},
    )
    text = forms.CharField(
        label=_("What did you talk about?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )
    occurred_on = forms.DateField(
        label=_("Which day was it?"), error_messages={"required": _("Choose the day")}
    )

    def __init__(self, *args: Any, name: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["occurred_on"].initial = timezone.localdate(now)
        spoke_with = self.fields["spoke_with"]
        if isinstance(spoke_with, forms.ChoiceField):
            spoke_with.choices = [(Spoke.PERSON, name), *Spoke.choices[1:]]
        self.fields["text"].help_text = _("One or two sentences. %(name)s can read this.") % {
            "name": name
        }

    def clean_occurred_on(self) -> date:
        occurred_on: date = self.cleaned_data["occurred_on"]
        today = timezone.localdate(self.now)
        if occurred_on > today:
            raise forms.ValidationError(_("Choose a day that has been."))
        if occurred_on < today - OLDEST:
            raise forms.ValidationError(_("Choose a day within the last year."))
        return occurred_on

    def fields_of_note(self) -> dict[str, Any]:
        """Return what `write_follow_up` wants: the moment of today is now, else noon that day."""
        answers = dict(self.cleaned_data)
        day = answers.pop("occurred_on")
        noon = timezone.make_aware(datetime.combine(day, time(12)))
        is_today = day == timezone.localdate(self.now)
        return {**answers, "occurred_at": self.now if is_today else noon}
