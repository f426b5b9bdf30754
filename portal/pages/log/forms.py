from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import Form
from portal.pages.log.models import Source, Verdict

if TYPE_CHECKING:
    from datetime import date

    from portal.pages.log.models import Finding

YEARS = timedelta(days=3660)


class ReportForm(Form):
    """Two questions, of which one is answered already when one comes from a day in the log."""

    submit_label = _("Send")
    creates = True

    on = forms.DateField(label=_("Which day?"), widget=forms.DateInput)
    text = forms.CharField(
        label=_("What looks wrong?"),
        help_text=_("A few words are enough."),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write a few words, so that we know what to look for.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not self.today - YEARS <= on <= self.today:
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return on


class DecisionForm(Form):
    """What the reviewer says, why, and the answer to the person who asked."""

    creates = True

    verdict = forms.ChoiceField(
        label=_("What do you say?"), choices=Verdict, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write why, so that it can be understood next year too.")},
    )
    answer = forms.CharField(
        label=_("Answer to the person"),
        help_text=_("The person reads this under Who has looked."),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if finding.source != Source.REPORT:
            del self.fields["answer"]
