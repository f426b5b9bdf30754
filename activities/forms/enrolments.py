"""A place in an activity: which one, from when, on which weekdays; and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Contract, EndReason, Enrolment, Weekday
from portal.forms import Form

if TYPE_CHECKING:
    from datetime import date


YEARS = timedelta(days=5 * 365)  # a slip of the finger on a year is further away than this


def within_years(day: date) -> date:
    """Refuse a day that nobody means."""
    if abs(day - timezone.localdate()) > YEARS:
        raise ValidationError(_("Choose a day that is closer to today."))
    return day


class EnrolmentForm(Form):
    """Which activity, and for a timetable which days."""

    creates = True
    submit_label = _("Give a place")

    activity = forms.ModelChoiceField(
        label=_("Which activity?"),
        queryset=Activity.objects.none(),
        empty_label=_("Choose an activity"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days?"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For an activity with a timetable. A member comes when they like."),
    )
    started_on = forms.DateField(
        label=_("From which day?"), initial=timezone.localdate, widget=forms.DateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["activity"]
        if isinstance(field, forms.ModelChoiceField):
            running = Activity.objects.running(timezone.localdate())
            field.queryset = running.exclude(contract=Contract.DAY_BY_DAY).order_by("name", "pk")

    def clean_started_on(self) -> date:
        return within_years(self.cleaned_data["started_on"])

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        activity = answers.get("activity")
        by_timetable = activity is not None and activity.contract == Contract.SCHEDULE
        if by_timetable and not answers.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one weekday: this one has a timetable."))
        return answers


class EnrolmentEndForm(Form):
    """The last day and why; coming back needs no explanation."""

    submit_label = _("End the place")

    ended_on = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    end_reason = forms.ChoiceField(
        label=_("Why?"), choices=EndReason.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["ended_on"].initial = max(enrolment.started_on, timezone.localdate())

    def clean_ended_on(self) -> date:
        ended_on = within_years(self.cleaned_data["ended_on"])
        if ended_on < self.enrolment.started_on:
            raise ValidationError(_("Choose a day that is not before the first one."))
        return ended_on
