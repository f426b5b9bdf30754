"""How it goes at a workplace, in five taps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employers.models import HowItGoes, Spoke
from participants.models import Mode
from portal.forms import Form

OLDEST = timedelta(days=366)
TALKS = (Mode.PHONE, Mode.MEETING, Mode.MESSAGE, Mode.VIDEO)


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
