"""What the receiver may know, and the receiver's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import ReferralAnswer
from portal.forms import Form


class ReferralForm(Form):
    """The words that the person has agreed to, and that the person has."""

    creates = True
    submit_label = _("Ask them")

    told = forms.CharField(
        label=_("What may they know?"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("They read the first name and this, and nothing more. Write it together."),
        error_messages={"required": _("Write what they may know, for example what is wanted.")},
    )
    agreed = forms.BooleanField(
        label=_("The person has read this and said yes"),
        error_messages={"required": _("Read it together first, and tick this when it is right.")},
    )


class ReferralAnswerForm(Form):
    """Yes, or not now and why."""

    submit_label = _("Answer")

    answer = forms.ChoiceField(
        label=_("What do you say?"), choices=ReferralAnswer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("A few words to the person"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed when it is not now. The person reads it: be kind, and say what next."),
    )

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean() or {}
        if answers.get("answer") == ReferralAnswer.DECLINED and not answers.get("reason"):
            self.add_error("reason", _("Write why, so that nobody has to guess."))
        return answers
