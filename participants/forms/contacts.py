"""*Anteckna*: the quick note, and everything about a contact."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

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
from portal.forms import Form

NOT_REACHED = "NOT_REACHED"
TOMORROW, IN_A_WEEK, ON_A_DAY = "1", "7", "day"
OLDEST = timedelta(days=366)


class ContactForm(Form):
    """*Anteckna*: five taps, no more than fifteen words (interface.md 4.4)."""

    creates = True

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
    step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": "recent-steps", "autocomplete": "off"}),
        help_text=_("Leave it empty if there is none just now."),
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

    def __init__(self, *args: Any, name: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["text"].help_text = _("One or two sentences. %(name)s can read this.") % {
            "name": name
        }
        doer = self.fields["doer"]
        if isinstance(doer, forms.ChoiceField):
            doer.choices = [("PERSON", name), ("ME", _("I do"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        when, day, step = cleaned.get("when"), cleaned.get("due_on"), cleaned.get("step")
        if when in {TOMORROW, IN_A_WEEK}:
            cleaned["due_on"] = self.today + timedelta(days=int(when))
        elif when == ON_A_DAY and not day and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day"))
        elif day and day < self.today:
            self.add_error("due_on", _("Choose today or a later day."))
        if (when or day) and not step and cleaned.get("mode") != NOT_REACHED:
            self.add_error("step", _("Write the next step, or take the day away."))
        return cleaned

    def fields_of_contact(self) -> dict[str, Any]:
        """Return what `write_contact` wants of the answers about the contact itself."""
        mode = self.cleaned_data["mode"]
        reached = mode != NOT_REACHED
        return {
            "mode": mode if reached else Mode.PHONE,
            "outcome": Outcome.REACHED if reached else Outcome.NOT_REACHED,
            "text": self.cleaned_data["text"],
            "audience": self.cleaned_data["audience"],
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
    held_back_until = forms.DateField(
        label=_("Hold back from the person until"), required=False, widget=forms.DateInput
    )
    held_back_reason = forms.CharField(
        label=_("Why it is held back"), required=False, max_length=200
    )
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
        """Turn the day into its first moment in Sweden."""
        day = self.cleaned_data["held_back_until"]
        if day is None:
            return None
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today."))
        return timezone.make_aware(datetime.combine(day, time.min))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        until, reason = cleaned.get("held_back_until"), cleaned.get("held_back_reason")
        if until and not reason:
            self.add_error("held_back_reason", _("Write why it is held back."))
        if reason and not until and "held_back_until" not in self.errors:
            self.add_error("held_back_until", _("Choose the day when the person may read it."))
        return cleaned
