"""When it is open: days that come back, days unlike the others, which room, and what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import recurring
from activities.laying_out import DAY
from activities.models import Activity, OpeningException, OpeningRule, Weekday
from activities.notifications import confirming
from activities.recurring import NotUnderstood, Recurrence
from portal.forms import Fold, Form, day_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, time

    from activities.models import Sheet, Support

AS_IT_IS = "as-it-is"
OFTEN = {
    "1": _("Every week"),
    "2": _("Every other week"),
    "3": _("Every third week"),
    "4": _("Every fourth week"),
    "first": _("The first of the month"),
    "second": _("The second of the month"),
    "third": _("The third of the month"),
    "fourth": _("The fourth of the month"),
    "last": _("The last of the month"),
}
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
LONGEST = timedelta(days=60)  # of closed days in a row
YEARS_BACK = 10


class RuleForm(Form):
    """The same hours on days that come back."""

    submit_label = _("Show what changes")

    often = forms.ChoiceField(label=_("How often?"), choices=list(OFTEN.items()))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days?"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    opens = forms.TimeField(label=_("Opens"), widget=forms.TimeInput)
    closes = forms.TimeField(
        label=_("Closes"),
        widget=forms.TimeInput,
        help_text=_("Past midnight is fine: 20.00 to 02.00."),
    )
    valid_from = forms.DateField(label=_("From which day?"), widget=forms.DateInput)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput, required=False)
    times = forms.IntegerField(
        label=_("How many times?"), min_value=1, max_value=recurring.MOST_TIMES, required=False
    )
    on_public_holidays = forms.BooleanField(label=_("Open on public holidays too"), required=False)

    def __init__(self, *args: Any, rule: OpeningRule, **kwargs: Any) -> None:
        self.rule = rule
        kwargs.setdefault("initial", self._now(rule))
        super().__init__(*args, **kwargs)
        if kwargs["initial"].get("often") == AS_IT_IS:
            field = self.fields["often"]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(AS_IT_IS, rule.words), *OFTEN.items()]
            self.fields["weekdays"].required = False
        layout = self.helper.layout
        layout.fields[-3:-1] = [Fold(_("Until when?"), "until", "times")]

    @staticmethod
    def _now(rule: OpeningRule) -> dict[str, Any]:
        if not rule.pk:
            return {"valid_from": timezone.localdate()}
        how = recurring.read(rule.recurrence, rule.valid_from)
        often = {nth: word for word, nth in NTH.items()}.get(how.nth, str(how.every))
        plain = how.weekdays and often in OFTEN
        return {
            "often": often if plain else AS_IT_IS,
            "weekdays": how.weekdays,
            "opens": rule.opens,
            "closes": rule.closes,
            "valid_from": rule.valid_from,
            "until": how.until,
            "times": how.times,
            "on_public_holidays": rule.on_public_holidays,
        }

    def clean_valid_from(self) -> date | None:
        return day_within(self.cleaned_data["valid_from"], timezone.localdate(), back=YEARS_BACK)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if answers.get("often") != AS_IT_IS and not answers.get("weekdays"):
            self.add_error("weekdays", _("Choose at least one weekday."))
        if answers.get("opens") is not None and answers.get("opens") == answers.get("closes"):
            self.add_error("closes", _("Choose a closing time that is not the opening time."))
        if not self.errors:
            try:
                how = recurring.checked(self._recurrence(answers), answers["valid_from"])
            except NotUnderstood as refused:
                self.add_error("until" if answers["until"] else "times", str(refused))
            else:
                self.rule.recurrence = str(how)
                for name in ("opens", "closes", "valid_from", "on_public_holidays"):
                    setattr(self.rule, name, answers[name])
        return answers

    def _recurrence(self, answers: dict[str, Any]) -> Recurrence:
        ends = {"until": answers["until"], "times": answers["times"]}
        often = answers["often"]
        if often == AS_IT_IS:
            return replace(recurring.read(self.rule.recurrence, answers["valid_from"]), **ends)
        weekdays = tuple(sorted(answers["weekdays"]))
        if often in NTH:
            return Recurrence(recurring.MONTHLY, weekdays, nth=NTH[often], **ends)
        return Recurrence(weekdays=weekdays, every=int(often), **ends)


class DaysForm(Form):
    """One day, or some in a row, that are unlike the others."""

    submit_label = _("Show what changes")

    on = forms.DateField(label=_("Which day?"), widget=forms.DateInput)
    last_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("If it is several days in a row."),
    )
    opens = forms.TimeField(
        label=_("Opens"),
        widget=forms.TimeInput,
        required=False,
        help_text=_("Leave both times empty if it is closed all day."),
    )
    closes = forms.TimeField(label=_("Closes"), widget=forms.TimeInput, required=False)
    reason = forms.CharField(label=_("Why?"), max_length=200, required=False)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity

    def clean_on(self) -> date | None:
        return day_within(self.cleaned_data["on"], timezone.localdate())

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        opens, closes = answers.get("opens"), answers.get("closes")
        if "opens" in answers and "closes" in answers and (opens is None) != (closes is None):
            missing = "opens" if opens is None else "closes"
            self.add_error(missing, _("Write both when it opens and when it closes."))
        elif opens is not None and opens == closes:
            self.add_error("closes", _("Choose a closing time that is not the opening time."))
        first, last = answers.get("on"), answers.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day must not come before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("last_on", _("Choose sixty days at most, or end the opening hours."))
        elif first and self._taken(first, last or first, opens, closes):
            self.add_error("on", _("That day has other hours already."))
        return answers

    def _taken(self, first: date, last: date, opens: time | None, closes: time | None) -> bool:
        there = self.activity.opening_exceptions.filter(on__range=(first, last))
        return there.exclude(opens=opens, closes=closes).exists()

    def days(self) -> list[OpeningException]:
        """Return the days, not saved."""
        answers, activity = self.cleaned_data, self.activity
        number = ((answers["last_on"] or answers["on"]) - answers["on"]).days + 1
        hours = {name: answers[name] for name in ("opens", "closes", "reason")}
        return [
            OpeningException(activity=activity, on=answers["on"] + n * DAY, **hours)
            for n in range(number)
        ]


class RoomForm(Form):
    """Which room of the place; a name that is new makes a room."""

    submit_label = _("Save the room")

    room = forms.CharField(
        label=_("Which room are you in?"),
        max_length=60,
        required=False,
        help_text=_("We say if somebody else is there. Empty: no room of your own."),
    )

    def __init__(self, *args: Any, rooms: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ", ".join(rooms)
        if known:
            self.fields["room"].help_text = _(
                "Rooms that we know: %(rooms)s. Empty: no room of your own."
            ) % {"rooms": known}


class ClosingForm(Form):
    """Days when a whole place is shut."""

    submit_label = _("Close the place")

    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Why?"), max_length=200, required=False)

    def clean_first_on(self) -> date | None:
        return day_within(self.cleaned_data["first_on"], timezone.localdate())

    def clean_last_on(self) -> date | None:
        return day_within(self.cleaned_data["last_on"], timezone.localdate())

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        first, last = answers.get("first_on"), answers.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day must not come before the first."))
        return answers


class RemarkForm(Form):
    """What is wrong and with what, in one's own words."""

    creates = True
    submit_label = _("Send")

    about = forms.ChoiceField(label=_("About what?"))
    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what is wrong, in a word or two.")},
    )

    def __init__(self, *args: Any, sheets: Sequence[Activity | Support | Sheet], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sheets = {confirming.name_of(one): one for one in sheets}
        if len(self.sheets) > 1:
            named = [(name, str(one)) for name, one in self.sheets.items()]
            self.fields["about"].choices = named  # type: ignore[attr-defined]
        else:  # there is nothing to choose
            del self.fields["about"]

    @property
    def sheet(self) -> Activity | Support | Sheet | None:
        """What the remark is about."""
        return self.sheets.get(self.cleaned_data.get("about", next(iter(self.sheets), "")))
