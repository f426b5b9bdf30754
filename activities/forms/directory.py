"""What one looks for: words, and choices of ours. All of it stays in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from activities.directory import Door, Wanted
from activities.models import EntryKind, Group, Level
from portal.forms import FilterForm, Fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crispy_forms.helper import FormHelper
    from django.utils.functional import _StrOrPromise

# The words in the address, and what they stand for.
KINDS: dict[str, tuple[EntryKind, _StrOrPromise]] = {
    "aktiviteter": (EntryKind.ACTIVITY, _("Things to do")),
    "stod": (EntryKind.SUPPORT, _("Somebody to turn to")),
    "organisationer": (EntryKind.ORGANISATION, _("Organisations")),
}
DOORS: dict[str, Door] = {"som-du-ar": Door.OPEN, "nykter": Door.SOBER}
GROUPS: dict[str, Group] = {
    "unga": Group.YOUNG,
    "aldre": Group.OLDER,
    "kvinnor": Group.WOMEN,
    "anhoriga": Group.RELATIVES,
}
RARELY = ("niva", "dorr", "grupp", "kvall", "beslut", "gratis", "fri")


def ticked(label: _StrOrPromise) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class DirectoryForm(FilterForm):
    """The words and the kind in sight, the rest one tap away."""

    submit_label = _("Search")

    q = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "enterkeyhint": "search"}),
    )
    visa = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Everything")), *((word, label) for word, (_kind, label) in KINDS.items())],
    )
    niva = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("It does not matter")), *((str(one), one.label) for one in Level)],
    )
    dorr = forms.ChoiceField(
        label=_("At the door"),
        required=False,
        choices=[
            ("", _("It does not matter")),
            *((word, door.label) for word, door in DOORS.items()),
        ],
    )
    grupp = forms.ChoiceField(
        label=_("For whom?"),
        required=False,
        choices=[
            ("", _("It does not matter")),
            *((word, group.label) for word, group in GROUPS.items()),
        ],
    )
    kvall = ticked(_("Open after 16"))
    beslut = ticked(_("Without a decision"))
    gratis = ticked(_("Free"))
    fri = ticked(_("Not an authority"))

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout("q", "visa", Fold(_("More choices"), *RARELY))
        return helper

    @property
    def chosen(self) -> Mapping[str, Any]:
        """What was asked for, without what could not be read."""
        return self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})

    @property
    def wanted(self) -> Wanted:
        chosen = self.chosen
        kind = KINDS.get(chosen.get("visa", ""))
        return Wanted(
            words=chosen.get("q", ""),
            kind=kind[0] if kind else "",
            door=DOORS.get(chosen.get("dorr", ""), ""),
            group=GROUPS.get(chosen.get("grupp", ""), ""),
            evening=chosen.get("kvall", False),
            no_decision=chosen.get("beslut", False),
            free=chosen.get("gratis", False),
            not_authority=chosen.get("fri", False),
            level=int(chosen.get("niva") or 0),
        )

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the choices as an address has them, without the words."""
        names = ("visa", *RARELY)
        kept = {name: self.chosen.get(name) for name in names}
        return [(name, "on" if one is True else one) for name, one in kept.items() if one]
