"""A question to an employer, and the answer that somebody was told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from employers.models import AskAnswer
from portal.forms import Form

CAN_BE_GIVEN = [one for one in AskAnswer.choices if one[0] != AskAnswer.NONE]


class AskForm(Form):
    """What we ask for; nothing of who it would be."""

    creates = True
    submit_label = _("Send the question")

    words = forms.CharField(
        label=_("What do you ask for?"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "For example: can somebody help in your store room two hours a week? Write nothing"
            " about who it is: that comes later, when the person has said yes."
        ),
        error_messages={"required": _("Write what you ask for")},
    )


class AskAnswerForm(Form):
    """What they said when somebody rang."""

    submit_label = _("Save the answer")

    answer = forms.ChoiceField(
        label=_("What was the answer?"), choices=CAN_BE_GIVEN, widget=forms.RadioSelect
    )
