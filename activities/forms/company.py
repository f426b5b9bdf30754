"""Where to meet: one of a few places, own words, or nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import CompanyKind, Meeting
from portal.forms import Form

if TYPE_CHECKING:
    from activities.models import CompanyWish


class CompanyForm(Form):
    """All of it may be left out, and changed until it begins."""

    submit_label = _("Save")

    meeting = forms.ChoiceField(
        label=_("Where do you want to meet?"),
        choices=[*Meeting.choices, ("", _("Decide later"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=100,
        required=False,
        help_text=_("For example: by the kiosk, I have a red cap. Or a number to ring."),
    )

    def __init__(self, *args: Any, wish: CompanyWish, **kwargs: Any) -> None:
        begins = {"meeting": wish.meeting, "words": wish.words}
        super().__init__(*args, initial=begins, **kwargs)
        if wish.kind == CompanyKind.PICK_UP:
            del self.fields["meeting"]
            self.fields["words"].label = _("Where are you, and how can you be reached?")
            self.fields["words"].help_text = _("For example: Exempelgatan 3, and your number.")

    def clean(self) -> dict[str, Any]:
        return {"meeting": "", **(super().clean() or {})}
