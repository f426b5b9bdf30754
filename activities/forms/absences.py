"""Why somebody does not come: as much as they want to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import AbsenceReason
from portal.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN = (AbsenceReason.UNSAID, AbsenceReason.ILL, AbsenceReason.OTHER_TIME, AbsenceReason.OTHER)
AT_THE_DOOR = (AbsenceReason.ILL, AbsenceReason.OTHER_TIME, AbsenceReason.OTHER)


class AbsenceForm(Form):
    """One question, with an answer that says nothing chosen beforehand."""

    submit_label = _("Say so")

    reason = forms.TypedChoiceField(
        label=_("Why?"), coerce=AbsenceReason, widget=forms.RadioSelect, choices=()
    )

    def __init__(self, *args: Any, reasons: Iterable[AbsenceReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.choices = [(one.value, one.label) for one in reasons]  # type: ignore[attr-defined]
        field.initial = field.choices[0][0]  # type: ignore[attr-defined]
