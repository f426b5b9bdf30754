"""How somebody is reached, about what and when: asked of the person, or of a colleague."""

from __future__ import annotations

from datetime import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.forms import Answered, Fold, Form, day_within, reword
from portal.models import Membership
from portal.permissions import roles_with
from portal.reminders.kinds import registry
from portal.reminders.models import Channel, RecipientKind
from portal.reminders.samples import samples
from portal.reminders.ways import Preference, is_possible
from portal.templatetags.phones import phone as national

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from crispy_forms.helper import FormHelper

    from portal.reminders.kinds import Address, Recipient, ReminderKind
    from portal.reminders.models import Wish

EVENINGS = [(time(hour).isoformat(), f"{hour}.00") for hour in range(19, 13, -1)]
MORNINGS = [(time(hour).isoformat(), f"{hour}.00") for hour in range(9, 13)]
SHARES = {"True": "ja", "False": "nej"}
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
AS_ABOVE = "AS_ABOVE"  # said of a kind that comes only to who asks for it
NAMED = "about_"  # how the question about a kind begins, before its code


def ways_of(address: Address | None, wish: Wish) -> list[tuple[str, Any]]:
    """Return the ways that lead to somebody, in words; a dead address is none of them."""
    email, phone = (address.email, address.phone) if address else ("", "")
    dead = Preference.of(wish).dead
    said = {
        Channel.SMS: (_("SMS to %(phone)s"), {"phone": national(phone)}),
        Channel.EMAIL: (_("E-mail to %(email)s"), {"email": email}),
        Channel.PUSH: (_("A sign on the phone"), {}),
    }
    found: list[tuple[str, Any]] = [
        (str(way), words % known)
        for way, (words, known) in said.items()
        if way not in dead and is_possible(way, address)
    ]
    if wish.recipient_kind == RecipientKind.PARTICIPANT:
        found.append((str(Channel.CALL), _("The contact rings")))
        found.append((str(Channel.LETTER), _("A letter by post")))
    return [*found, (str(Channel.NONE), _("Nothing at all"))]


def offered(recipient: Recipient) -> list[ReminderKind]:
    """Return the kinds that somebody may choose among; one stands for those that go with it.

    Of colleagues only what their work makes us tell them.
    """
    told = {kind.chosen_with or kind.code for kind in _told(recipient)}
    return [
        kind
        for kind in registry.kinds.values()
        if kind.code in told and not (kind.chosen_with or kind.email_only or kind.is_duty)
    ]


def _told(recipient: Recipient) -> Iterator[ReminderKind]:
    """Yield the kinds that may be for somebody, as their memberships are now."""
    roles: set[str] = set()
    if recipient.is_staff:
        held = Membership.objects.current().filter(user=recipient.pk)
        roles = set(held.values_list("role", flat=True))
    for kind in registry.kinds.values():
        may = not recipient.is_staff or not kind.needs or roles & {*roles_with(kind.needs)}
        if recipient.kind in kind.to and may:
            yield kind


class ChoicesForm(Form):
    """What somebody wants to be told, and how."""

    channel = forms.ChoiceField(
        label=_("How shall we reach you?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we reach you")},
    )
    shares_phone = forms.TypedChoiceField(
        label=_("Do you share the phone with somebody?"),
        help_text=_("Then an SMS only says that there is something new."),
        choices=[("ja", _("Yes")), ("nej", _("No"))],
        coerce=lambda said: said == "ja",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    quiet_from = forms.TypedChoiceField(
        label=_("In the evening it is quiet from"),
        choices=[("", "20.00"), *EVENINGS],
        widget=Answered,
        coerce=time.fromisoformat,
        empty_value=None,
        required=False,
    )
    quiet_until = forms.TypedChoiceField(
        label=_("In the morning it is quiet until"),
        help_text=_("On weekends never earlier than 10."),
        choices=[("", "8.00"), *MORNINGS],
        widget=Answered,
        coerce=time.fromisoformat,
        empty_value=None,
        required=False,
    )
    language = forms.ChoiceField(
        label="Språk / Language", choices=LANGUAGES, widget=forms.RadioSelect
    )
    paused_until = forms.DateField(
        label=_("Pause all messages until"),
        help_text=_("What happens during the pause, you hear nothing about. Not even what is off."),
        required=False,
        widget=forms.DateInput,
    )

    def __init__(
        self,
        *args: Any,
        wish: Wish,
        recipient: Recipient,
        address: Address | None,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        self.wish, self.offered = wish, offered(recipient)
        super().__init__(*args, initial=self._as_it_is(address), **kwargs)
        channel, ways = self.fields["channel"], ways_of(address, wish)
        if isinstance(channel, forms.ChoiceField):
            channel.choices = ways
        for kind in self.offered:
            self.fields[NAMED + kind.code] = self._about(kind, [way for way, _words in ways])
        if name:
            self._ask_about(name)
        if not recipient.is_participant or not (address and address.phone):
            del self.fields["shares_phone"]

    def _about(self, kind: ReminderKind, ways: list[str]) -> forms.ChoiceField:
        """Ask how one kind of message comes; the first answer is what holds for everybody."""
        as_above = (AS_ABOVE if kind.on_request else "", _("As above"))
        nothing = ("" if kind.on_request else str(Channel.NONE), _("None"))
        own = [(way, capfirst(Channel(way).label)) for way in ways if way != Channel.NONE]
        held = self.wish.kinds.get(kind.code)
        now = AS_ABOVE if held == "" and kind.on_request else held
        choices = [as_above, *own, nothing]
        field = forms.ChoiceField(
            label=kind.name,
            choices=[nothing, as_above, *own] if kind.on_request else choices,
            initial=now if now in dict(choices) else "",
            widget=Answered,
            required=False,
        )
        reword(field)
        return field

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        about = [NAMED + kind.code for kind in self.offered]
        others = [name for name in self.fields if name not in {"channel", *about}]
        fold = [Fold(_("Different for different things"), *about)] if about else []
        helper.layout = Layout("channel", *fold, *others)
        return helper

    def _ask_about(self, name: str) -> None:
        """Ask a colleague the same, about somebody else."""
        said = {"name": name}
        self.fields["channel"].label = _("How is %(name)s reached?") % said
        if "shares_phone" in self.fields:
            self.fields["shares_phone"].label = _("Does %(name)s share the phone?") % said

    def _as_it_is(self, address: Address | None) -> dict[str, Any]:
        wish = self.wish
        ways = [way for way, _words in ways_of(address, wish)]
        usual = str(Channel.EMAIL) if str(Channel.EMAIL) in ways else ""
        paused = wish.paused_until
        return {
            "channel": wish.channel if wish.channel in ways else usual,
            "shares_phone": SHARES.get(str(wish.shares_phone), ""),
            "quiet_from": wish.quiet_from.isoformat() if wish.quiet_from else "",
            "quiet_until": wish.quiet_until.isoformat() if wish.quiet_until else "",
            "language": wish.language or "sv",
            "paused_until": paused if paused and paused > timezone.localdate() else None,
        }

    def clean_paused_until(self) -> date | None:
        return day_within(self.cleaned_data["paused_until"], timezone.localdate(), ahead=1)

    def chosen(self) -> dict[str, Any]:
        """Return the answers as they are kept; a question that was not put stays as it was."""
        answers = dict(self.cleaned_data)
        kinds = dict(self.wish.kinds)
        for kind in self.offered:
            kinds.pop(kind.code, None)
            if own := answers.pop(NAMED + kind.code):
                kinds[kind.code] = "" if own == AS_ABOVE else own
        return answers | {"kinds": kinds}

    @property
    def preview(self) -> str:
        """How a message may read, in the language that is chosen."""
        for kind in self.offered:
            if not kind.on_request:
                found = samples(kind, self.wish.language or "sv", timezone.localdate())
                return found[0].message.text if found else ""
        return ""
