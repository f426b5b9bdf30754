"""A place in an activity: which one, from when, on which weekdays; and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.laying_out import DAY
from activities.models import Activity, Basis, Contract, EndReason, Enrolment, Weekday
from portal.forms import Form, day_within
from portal.permissions import Permission

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


YEARS_BACK = 5  # a place that was given long before it was written down
FURTHEST_BACK = 20  # when a place ended; its first day says the rest
WHY = [(one.value, one.label) for one in EndReason if one != EndReason.ENDED]


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

    basis = forms.TypedChoiceField(
        label=_("Who has chosen it?"),
        choices=[
            (Basis.VOLUNTARY, _("The person: their own choice")),
            (Basis.MANDATED, _("It is decided in the plan for money")),
        ],
        coerce=Basis,
        empty_value=Basis.VOLUNTARY,
        initial=Basis.VOLUNTARY,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only a timetable can be decided. It cannot be changed afterwards."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.has_perm(Permission.RELEASE_WRITE):
            del self.fields["basis"]
        field = self.fields["activity"]
        if isinstance(field, forms.ModelChoiceField):
            running = Activity.objects.running(timezone.localdate()).with_hours()
            field.queryset = running.exclude(contract=Contract.DAY_BY_DAY).order_by("name", "pk")

    def clean_started_on(self) -> date | None:
        return day_within(self.cleaned_data["started_on"], timezone.localdate(), back=YEARS_BACK)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        activity = answers.get("activity")
        by_timetable = activity is not None and activity.contract == Contract.SCHEDULE
        if by_timetable and not answers.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one weekday: this one has a timetable."))
        if answers.get("basis") == Basis.MANDATED:
            self._check_duty(answers, by_timetable=by_timetable)
        return answers

    def _check_duty(self, answers: dict[str, Any], *, by_timetable: bool) -> None:
        """Nothing becomes a duty afterwards, and nobody is made to come as they like."""
        if answers.get("activity") is not None and not by_timetable:
            self.add_error("basis", _("Choose an activity with a timetable, or the own choice."))
        started_on = answers.get("started_on")
        if started_on and started_on < timezone.localdate():
            self.add_error("started_on", _("Choose today or a later day: no duty goes back."))


class DaysForm(Form):
    """Other weekdays, and from which day."""

    submit_label = _("Show what changes")

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days?"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    from_on = forms.DateField(label=_("From which day?"), widget=forms.DateInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        today = timezone.localdate()
        self.first = max(today, enrolment.started_on)
        begins = max(today + DAY, enrolment.started_on)
        initial = {"weekdays": enrolment.weekdays, "from_on": begins}
        super().__init__(*args, initial=initial, **kwargs)
        self.before = enrolment.weekdays

    def clean_from_on(self) -> date | None:
        from_on: date = self.cleaned_data["from_on"]
        if from_on < self.first:
            raise ValidationError(_("Choose today or a later day: what has been stays."))
        return day_within(from_on, timezone.localdate())

    def clean_weekdays(self) -> list[int]:
        days: list[int] = sorted(self.cleaned_data["weekdays"])
        if days == self.before:
            raise ValidationError(_("Those are the days already. Choose what is different."))
        return days


class EnrolmentEndForm(Form):
    """The last day and why; coming back needs no explanation."""

    submit_label = _("End the place")

    ended_on = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    end_reason = forms.ChoiceField(label=_("Why?"), choices=WHY, widget=forms.RadioSelect)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["ended_on"].initial = max(enrolment.started_on, timezone.localdate())

    def clean_ended_on(self) -> date | None:
        ended_on: date = self.cleaned_data["ended_on"]
        if ended_on < self.enrolment.started_on:
            raise ValidationError(_("Choose a day that is not before the first one."))
        return day_within(ended_on, timezone.localdate(), back=FURTHEST_BACK)
