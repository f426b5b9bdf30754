"""*Anteckna*: the quick note, and everything about a contact."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import (
    Audience,
    Counterpart,
    Mode,
    Outcome,
    Venue,
)
from portal.forms import Fold, Form, day_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crispy_forms.helper import FormHelper
    from django_stubs_ext import StrOrPromise

NOT_REACHED = "NOT_REACHED"
TOMORROW, IN_A_WEEK, ON_A_DAY = "1", "7", "day"
OLDEST = timedelta(days=366)
OTHER, NONE, AGAIN = "other", "none", "="  # the next step: one's own, none, or one known: "=Ring"
LONGEST_STEP = 200
HELD_BACK = ("held_back_until", "held_back_reason")


def held_back_until() -> forms.DateField:
    """Ask until when a note is held back from the person."""
    return forms.DateField(
        label=_("Hold back from the person until"), required=False, widget=forms.DateInput
    )


def held_back_reason() -> forms.CharField:
    """Ask why; nothing is held back without a reason."""
    return forms.CharField(label=_("Why it is held back"), required=False, max_length=200)


def first_moment(day: date | None) -> datetime | None:
    """Turn the day when the person may read into its first moment in Sweden."""
    if day is None:
        return None
    today = timezone.localdate()
    if day <= today:
        raise forms.ValidationError(_("Choose a day after today."))
    day_within(day, today)
    return timezone.make_aware(datetime.combine(day, time.min))


def explain_holding_back(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Ask for the one of reason and day that is missing."""
    until, reason = cleaned.get("held_back_until"), cleaned.get("held_back_reason")
    if until and not reason:
        form.add_error("held_back_reason", _("Write why it is held back."))
    if reason and not until and "held_back_until" not in form.errors:
        form.add_error("held_back_until", _("Choose the day when the person may read it."))


class ContactForm(Form):
    """*Anteckna*: five taps, no more than fifteen words (interface.md 4.4)."""

    creates = True
    sticky = True

    mode = forms.ChoiceField(
        label=_("How were you in touch?"),
        widget=forms.RadioSelect,
        choices=[
            (Mode.PHONE, Mode.PHONE.label),
            (Mode.MEETING, Mode.MEETING.label),
            (Mode.MESSAGE, Mode.MESSAGE.label),
            (NOT_REACHED, Outcome.NOT_REACHED.label),
        ],
        error_messages={"required": _("Choose how you were in touch")},
    )
    text = forms.CharField(
        label=_("What did you agree on?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    pick = forms.CharField(label=_("Next step"), required=False, widget=forms.RadioSelect)
    step = forms.CharField(
        label=_("What is the next step?"),
        required=False,
        max_length=LONGEST_STEP,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    when = forms.ChoiceField(
        label=_("No later than"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (TOMORROW, _("Tomorrow")),
            (IN_A_WEEK, _("In a week")),
            (ON_A_DAY, _("Choose a day")),
        ],
    )
    due_on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput)
    doer = forms.ChoiceField(
        label=_("Who does it?"),
        widget=forms.RadioSelect,
        initial="PERSON",
        choices=[("PERSON", _("The person")), ("ME", _("I do"))],
    )
    audience = forms.ChoiceField(
        label=_("Which colleagues may read it?"),
        widget=forms.RadioSelect,
        initial=Audience.TEAM,
        choices=Audience,
    )
    held_back_until = held_back_until()
    held_back_reason = held_back_reason()

    def __init__(
        self, *args: Any, name: str, today: date, recent: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.today = today
        pick = self.fields["pick"].widget
        if isinstance(pick, forms.RadioSelect):
            pick.choices = self.steps_to_pick(recent)
        self.fields["text"].help_text = _("One or two sentences. %(name)s can read this.") % {
            "name": name
        }
        doer = self.fields["doer"]
        if isinstance(doer, forms.ChoiceField):
            doer.choices = [("PERSON", name), ("ME", _("I do"))]

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            *("mode", "text", "pick"),
            Field("step", wrapper_class="if-other"),
            "when",
            Field("due_on", wrapper_class="if-day"),
            *("doer", "audience"),
            Fold(_("Hold back from %(name)s a while") % {"name": self.name}, *HELD_BACK),
            "submission_id",
        )
        return helper

    def steps_to_pick(self, recent: Sequence[str]) -> list[tuple[str, StrOrPromise]]:
        """Return the chips: recent steps, one of one's own, and none; a chosen one never leaves."""
        steps = list(recent)
        chosen = str(self["pick"].value() or "")
        if chosen.startswith(AGAIN) and chosen.removeprefix(AGAIN) not in steps:
            steps.insert(0, chosen.removeprefix(AGAIN))
        return [
            *((f"{AGAIN}{text}", text) for text in steps),
            (OTHER, _("Another step") if steps else _("Write a step")),
            (NONE, _("Nothing just now")),
        ]

    def clean_pick(self) -> str:
        pick: str = self.cleaned_data["pick"]
        again = pick.startswith(AGAIN) and 0 < len(pick.removeprefix(AGAIN)) <= LONGEST_STEP
        if again or pick in {"", OTHER, NONE}:
            return pick
        raise forms.ValidationError(_("Choose one of the answers in the list."))

    def clean_step(self) -> str:
        """Return the step that was chosen or written; never throw away what was written."""
        step: str = self.cleaned_data["step"]
        pick = self.cleaned_data.get("pick", "")
        if pick == OTHER and not step:
            raise forms.ValidationError(_("Write the next step, or choose Nothing just now."))
        if step and (pick == NONE or pick.startswith(AGAIN)) and pick != f"{AGAIN}{step}":
            raise forms.ValidationError(
                _(
                    "You have chosen one step and written another."
                    " Empty this, or choose Another step."
                )
            )
        return pick.removeprefix(AGAIN) if pick.startswith(AGAIN) else step

    def clean_held_back_until(self) -> datetime | None:
        return first_moment(self.cleaned_data["held_back_until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        when, day, step = cleaned.get("when"), cleaned.get("due_on"), cleaned.get("step")
        if when in {TOMORROW, IN_A_WEEK}:
            cleaned["due_on"] = self.today + timedelta(days=int(when))
        elif when == ON_A_DAY and not day and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day"))
        elif day:
            self.check_day(day)
        none_needed = cleaned.get("mode") == NOT_REACHED or cleaned.get("pick") == NONE
        if (when or day) and not step and not none_needed and "step" not in self.errors:
            self.add_error("step", _("Write the next step, or choose Nothing just now."))
        explain_holding_back(self, cleaned)
        return cleaned

    def check_day(self, day: date) -> None:
        try:
            day_within(day, self.today)
        except forms.ValidationError as error:
            self.add_error("due_on", error)

    def fields_of_contact(self) -> dict[str, Any]:
        """Return what `write_contact` wants of the answers about the contact itself."""
        mode = self.cleaned_data["mode"]
        reached = mode != NOT_REACHED
        return {
            "mode": mode if reached else Mode.PHONE,
            "outcome": Outcome.REACHED if reached else Outcome.NOT_REACHED,
            "text": self.cleaned_data["text"],
            **{name: self.cleaned_data[name] for name in ("audience", *HELD_BACK)},
        }


class ContactDetailsForm(Form):
    """Everything about a contact, for the one who wants to say more, or to mend a note."""

    submit_label = _("Save")

    mode = forms.ChoiceField(label=_("How"), choices=Mode, widget=forms.RadioSelect)
    counterpart = forms.ChoiceField(label=_("With whom"), choices=Counterpart)
    venue = forms.ChoiceField(
        label=_("Where"), required=False, choices=[("", _("Not said")), *Venue.choices]
    )
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome, widget=forms.RadioSelect)
    occurred_at = forms.DateTimeField(label=_("When"), widget=forms.DateTimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=24 * 60)
    text = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 6})
    )
    audience = forms.ChoiceField(
        label=_("Which colleagues may read it?"), choices=Audience, widget=forms.RadioSelect
    )
    held_back_until = held_back_until()
    held_back_reason = held_back_reason()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_occurred_at(self) -> Any:
        occurred_at = self.cleaned_data["occurred_at"]
        now = timezone.now()
        if occurred_at > now:
            raise forms.ValidationError(_("Choose a time that has been."))
        if occurred_at < now - OLDEST:
            raise forms.ValidationError(_("Choose a day within the last year."))
        return occurred_at

    def clean_held_back_until(self) -> datetime | None:
        return first_moment(self.cleaned_data["held_back_until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        explain_holding_back(self, cleaned)
        return cleaned
