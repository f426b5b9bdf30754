"""Whom a contact proposes, and what the person puts on the card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.forms.yes import YesForm, shown_until_field
from portal.forms import Form
from portal.models import Membership
from portal.permissions import PEERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from participants.models import PeerCard

USUAL = timedelta(days=91)


class PeerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # plain at run time
    """Peers by name, role and where they are from."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user.name}, {obj.get_role_display()}, {obj.unit}"


class ProposeForm(Form):
    """A peer supporter or a volunteer, and why this one."""

    creates = True
    submit_label = _("Propose")

    membership = PeerField(
        label=_("Who?"), queryset=Membership.objects.none(), empty_label=_("Choose")
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        help_text=_("The person reads this. For example: likes bikes too."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        if isinstance(field, forms.ModelChoiceField):
            peers = Membership.objects.current().filter(role__in=PEERS)
            field.queryset = peers.select_related("user", "unit").order_by("user__sort_key", "pk")


class CardForm(YesForm):
    """What the person shows: only the first name must stand there, and nothing is ticked."""

    submit_label = _("Show the card")

    first_name = forms.CharField(label=_("What shall we call you?"), max_length=100)
    reach = forms.CharField(
        label=_("How can you be reached?"),
        max_length=100,
        required=False,
        help_text=_("For example your mobile number. Leave it empty if you want."),
    )
    line = forms.CharField(
        label=_("Something in your own words"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For example: meet me at the bus stop, then I dare to go."),
    )
    times = forms.MultipleChoiceField(
        label=_("Which times do you want to show?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = shown_until_field()

    def __init__(
        self, *args: Any, times: Sequence[tuple[dict[str, str], str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.offered = {key(one): one for one, _said in times}
        field = self.fields["times"]
        if not times:
            del self.fields["times"]
        elif isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key(one), said) for one, said in times]

    @classmethod
    def about(cls, card: PeerCard, *, today: date) -> dict[str, Any]:
        """Return what the form begins with: as it was shown, or with the first name alone."""
        if not card.shown_at:
            return {"first_name": card.participant.first_name, "until": today + USUAL}
        return {
            "first_name": card.first_name,
            "reach": card.reach,
            "line": card.line,
            "times": [key(one) for one in card.times],
            "until": max(card.last_day or today, today),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["times"] = [self.offered[one] for one in cleaned.get("times", [])]
        return cleaned


def key(time: dict[str, str]) -> str:
    """Return a time as the form sends it; what no longer is offered is no choice."""
    return f"{time['at']} {time['what']}"
