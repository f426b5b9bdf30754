"""What is asked about rules, holds and lines; each answer is dated and has a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms import Form
from portal.models import InfoType
from portal.pages.retention.models import Trigger

MOST_YEARS, LAST_DAY = 100, 31
RESEARCH = "5, 15, 25"


class RuleForm(Form):
    """A new rule for some kinds of information, from a day on."""

    creates = True
    submit_label = _("Save the rule")

    info_types = forms.TypedMultipleChoiceField(
        label=_("What does it hold for?"),
        coerce=lambda value: InfoType(int(value)),
        choices=InfoType.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    trigger = forms.ChoiceField(
        label=_("Count from"), widget=forms.RadioSelect, choices=Trigger.choices
    )
    years = forms.IntegerField(label=_("Years"), min_value=1, max_value=MOST_YEARS, initial=5)
    archive_days = forms.CharField(
        label=_("Kept for research when born on these days"),
        required=False,
        max_length=100,
        initial=RESEARCH,
        help_text=_("Days of the month. Leave it empty where the law keeps nothing."),
    )
    valid_from = forms.DateField(label=_("First day of the rule"), widget=forms.DateInput)
    source = forms.CharField(
        label=_("Law or decision"),
        max_length=300,
        help_text=_("Such as: the committee's decision and its date."),
        error_messages={"required": _("Write which law or decision it rests on")},
    )

    def clean_archive_days(self) -> list[int]:
        said = self.cleaned_data["archive_days"].replace(",", " ").split()
        days = {str(day) for day in range(1, LAST_DAY + 1)}
        if not days.issuperset(said):
            raise forms.ValidationError(_("Write days of the month, such as 5, 15, 25."))
        return sorted({int(one) for one in said})

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day <= timezone.localdate() - timedelta(days=1):
            raise forms.ValidationError(_("Choose today or a later day."))
        return day


class HoldForm(Form):
    """Why nothing may go."""

    submit_label = _("Stop everything")

    reason = forms.CharField(
        label=_("Why must it be kept?"),
        max_length=300,
        help_text=_("Such as an appeal, or that somebody has asked for the documents."),
        error_messages={"required": _("Write why it must be kept")},
    )


class ProposeForm(Form):
    """Nothing to fill in: what goes stands above the button."""

    creates = True
    submit_label = _("Propose this")


class ConfirmForm(Form):
    """The second manager says that it has been read."""

    submit_label = _("Confirm")

    has_read = forms.BooleanField(
        label=_("I have read the list, and it is right."),
        error_messages={"required": _("Read the list, and say that it is right")},
    )


ANSWERS = {"bort": False, "arkiv": True, "vanta": None}
