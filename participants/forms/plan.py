"""Steps and the goal, asked of a colleague or of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, day_within

if TYPE_CHECKING:
    from datetime import date


class StepForm(Form):
    """A next step, from a colleague: what, who does it, and by when."""

    creates = True

    text = forms.CharField(
        label=_("What is the next step?"),
        max_length=200,
        error_messages={"required": _("Write the next step, however small")},
    )
    doer = forms.ChoiceField(label=_("Who does it?"), widget=forms.RadioSelect)
    due_on = forms.DateField(label=_("No later than"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        doer = self.fields["doer"]
        if isinstance(doer, forms.ChoiceField):
            doer.choices = [("PERSON", name), ("ME", _("I do"))]
            doer.initial = "PERSON"

    def clean_due_on(self) -> date | None:
        return day_within(self.cleaned_data["due_on"], timezone.localdate())


class OwnStepForm(Form):
    """A step that the person adds."""

    creates = True

    text = forms.CharField(
        label=_("What do you want to do?"),
        max_length=200,
        error_messages={"required": _("Write what you want to do")},
        help_text=_("A small step is fine."),
    )
    due_on = forms.DateField(label=_("Which day?"), required=False, widget=forms.DateInput)

    def clean_due_on(self) -> date | None:
        return day_within(self.cleaned_data["due_on"], timezone.localdate())


class StepDayForm(Form):
    """Another day for a step."""

    due_on = forms.DateField(
        label=_("Which day suits you better?"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty if you do not know yet."),
    )

    def clean_due_on(self) -> date | None:
        return day_within(self.cleaned_data["due_on"], timezone.localdate())


class GoalForm(Form):
    """What the person wants, in their own words."""

    creates = True

    text = forms.CharField(
        label=_("What do you want right now?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Work, a safe place, company: every answer is good."),
        error_messages={"required": _("Write a few words")},
    )


class FinishedForm(Form):
    """*Jag har gjort ett steg*: something done that stood in no plan."""

    creates = True
    submit_label = _("Save my step")

    text = forms.CharField(
        label=_("What have you done?"),
        max_length=200,
        error_messages={"required": _("Write what you have done. Small things count.")},
    )
