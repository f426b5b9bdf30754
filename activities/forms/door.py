"""What is asked of a leader: a name at the door, and why a session is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from activities.models import CancelReason, Session
from activities.services.taps import Tap
from portal.forms import Form
from portal.templatetags.dates import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

REASONS = [one for one in CancelReason if one != CancelReason.OTHER_HOURS]


class GuestForm(Form):
    """Somebody who is in no list: a name as they say it, tied to nothing."""

    creates = True
    submit_label = _("Write down")

    nickname = forms.CharField(
        label=_("Somebody else: a name, as they say it"),
        max_length=40,
        required=True,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write a name, or count a guest without one below.")},
    )


class TapForm(Form):
    """What a phone says of one tap; never seen by anybody."""

    tap_id = forms.UUIDField()
    what = forms.TypedChoiceField(choices=[(one.value, one.value) for one in Tap], coerce=Tap)
    person = forms.UUIDField(required=False)
    guest = forms.UUIDField(required=False)
    nickname = forms.CharField(max_length=40, required=False)
    ago = forms.CharField(required=False)  # seconds; whatever else it says is "now"


class InsteadForm(Form):
    """What those may do whom the change does not suit."""

    instead = forms.ModelChoiceField(
        label=_("What is open instead?"),
        queryset=Session.objects.none(),
        required=False,
        empty_label=_("Nothing special"),
        help_text=_("Those who meant to come see it on their page."),
    )

    def __init__(self, *args: Any, others: Sequence[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instead"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Session.objects.filter(pk__in=[one.pk for one in others])
            field.choices = [("", field.empty_label), *((one.pk, _words(one)) for one in others)]


class CancelForm(InsteadForm):
    """Why, and what is open instead; the button says how many will be told."""

    reason = forms.ChoiceField(
        label=_("Why is it cancelled?"),
        choices=[(one.value, one.label) for one in REASONS],
        widget=forms.RadioSelect,
    )

    field_order = ("reason", "instead")

    def __init__(self, *args: Any, told: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told_words = ngettext("Cancel and tell %(count)d", "Cancel and tell %(count)d", told)
        self.submit_label = told_words % {"count": told} if told else _("Cancel")  # type: ignore[misc]


def _words(session: Session) -> str:
    return _("%(activity)s, %(starts)s to %(ends)s") % {
        "activity": session.activity,
        "starts": clock(session.starts_at),
        "ends": clock(session.ends_at),
    }
