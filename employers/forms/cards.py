"""What an employer reads about one place: only the first name must stand there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from participants.forms.yes import (
    LONGEST,
    YesForm,
    given_field,
    shown_until_field,
    witness_field,
)
from portal.templatetags.dates import day

if TYPE_CHECKING:
    from datetime import date

    from employers.models import EmployerCard, Placement

USUAL = timedelta(days=182)
WORDS = ("first_name", "tasks", "days", "adjustments")


class EmployerCardForm(YesForm):
    """The card, as the person fills it in; nothing is shown before it is sent."""

    submit_label = _("Yes, show this")

    first_name = forms.CharField(label=_("First name"), max_length=100)
    tasks = forms.CharField(label=_("What you will do there"), max_length=300, required=False)
    days = forms.CharField(label=_("Days and times"), max_length=300, required=False)
    adjustments = forms.CharField(
        label=_("What makes it work for you"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("In your own words. For example: a quiet corner for the break."),
    )
    until = shown_until_field()

    @classmethod
    def about(
        cls, placement: Placement, card: EmployerCard | None, *, today: date
    ) -> dict[str, Any]:
        """Return what the form begins with: as it was shown, or as the place was agreed."""
        if card and card.shown_at:
            shown = {name: getattr(card, name) for name in WORDS}
            return {**shown, "until": max(card.last_day or today, today)}
        agreed = min(placement.ends_on or today + USUAL, today + LONGEST)
        return {
            "first_name": placement.participant.first_name,
            "tasks": placement.occupation,
            "days": agreed_days(placement),
            "until": max(agreed, today),
        }


class SpokenCardForm(EmployerCardForm):
    """The same, written down by a colleague from paper or speech."""

    submit_label = _("Save the yes")

    given = given_field()
    witness = witness_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tasks"].label = _("Tasks")
        self.fields["adjustments"].label = _("What makes it work")
        self.fields["adjustments"].help_text = _(
            "In the person's own words. Never health, a measure or an office."
        )


def agreed_days(placement: Placement) -> str:
    """Return the first day and the hours as they were agreed, for the person to change."""
    said = gettext("From %(day)s") % {"day": day(placement.starts_on)}
    if placement.ends_on == placement.starts_on:
        said = str(day(placement.starts_on)).capitalize()
    if placement.hours_per_week is None:
        return said
    hours = f"{placement.hours_per_week:f}".rstrip("0").rstrip(".").replace(".", ",")
    return gettext("%(days)s, %(hours)s hours a week") % {"days": said, "hours": hours}
