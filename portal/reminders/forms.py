"""How somebody is reached, about what and when: asked of the person, or of a colleague."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, day_within
from portal.reminders.kinds import registry
from portal.reminders.models import Channel, RecipientKind
from portal.reminders.samples import samples
from portal.reminders.ways import Preference, is_possible
from portal.templatetags.phones import phone as national

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from portal.reminders.kinds import Address, Recipient, ReminderKind
    from portal.reminders.models import Wish

EVENINGS = [(time(hour).isoformat(), f"{hour}.00") for hour in range(19, 13, -1)]
MORNINGS = [(time(hour).isoformat(), f"{hour}.00") for hour in range(9, 13)]
SHARES = {"True": "ja", "False": "nej"}
LANGUAGES = [("sv", "Svenska"), ("en", "English")]


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
    """Return the kinds that somebody may choose among; one stands for those that go with it."""
    return [
        kind
        for kind in registry.kinds.values()
        if recipient.kind in kind.to and not (kind.chosen_with or kind.email_only or kind.is_duty)
    ]


class ChoicesForm(Form):
    """What somebody wants to be told, and how."""

    channel = forms.ChoiceField(
        label=_("How shall we reach you?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we reach you")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("What do you want to hear about?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
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
        coerce=time.fromisoformat,
        empty_value=None,
        required=False,
    )
    quiet_until = forms.TypedChoiceField(
        label=_("In the morning it is quiet until"),
        help_text=_("On weekends never earlier than 10."),
        choices=[("", "8.00"), *MORNINGS],
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
        self._choices("channel", ways_of(address, wish))
        self._choices("kinds", [(kind.code, kind.name) for kind in self.offered])
        if name:
            self._ask_about(name)
        if not recipient.is_participant or not (address and address.phone):
            del self.fields["shares_phone"]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _ask_about(self, name: str) -> None:
        """Ask a colleague the same, about somebody else."""
        said = {"name": name}
        self.fields["channel"].label = _("How is %(name)s reached?") % said
        self.fields["kinds"].label = _("What does %(name)s want to hear about?") % said
        if "shares_phone" in self.fields:
            self.fields["shares_phone"].label = _("Does %(name)s share the phone?") % said

    def _as_it_is(self, address: Address | None) -> dict[str, Any]:
        wish = self.wish
        ways = [way for way, _words in ways_of(address, wish)]
        usual = str(Channel.EMAIL) if str(Channel.EMAIL) in ways else ""
        paused = wish.paused_until
        return {
            "channel": wish.channel if wish.channel in ways else usual,
            "kinds": [kind.code for kind in self.offered if self._is_wanted(kind)],
            "shares_phone": SHARES.get(str(wish.shares_phone), ""),
            "quiet_from": wish.quiet_from.isoformat() if wish.quiet_from else "",
            "quiet_until": wish.quiet_until.isoformat() if wish.quiet_until else "",
            "language": wish.language or "sv",
            "paused_until": paused if paused and paused > timezone.localdate() else None,
        }

    def _is_wanted(self, kind: ReminderKind) -> bool:
        own = self.wish.kinds.get(kind.code)
        return own is not None and own != Channel.NONE if kind.on_request else own != Channel.NONE

    def clean_paused_until(self) -> date | None:
        return day_within(self.cleaned_data["paused_until"], timezone.localdate(), ahead=1)

    def chosen(self) -> dict[str, Any]:
        """Return the answers as they are kept; a question that was not put stays as it was."""
        answers = dict(self.cleaned_data)
        return answers | {"kinds": self._kinds(answers["kinds"])}

    def _kinds(self, wanted: Collection[str]) -> dict[str, str]:
        kept = dict(self.wish.kinds)
        for kind in self.offered:
            is_said = kind.code in wanted
            before = kept.pop(kind.code, None)
            way = "" if before in (None, Channel.NONE) else before
            if is_said and (kind.on_request or way):
                kept[kind.code] = way or ""
            elif not is_said and not kind.on_request:
                kept[kind.code] = str(Channel.NONE)
        return kept

    @property
    def preview(self) -> str:
        """How a message may read, in the language that is chosen."""
        for kind in self.offered:
            if not kind.on_request:
                found = samples(kind, self.wish.language or "sv", timezone.localdate())
                return found[0].message.text if found else ""
        return ""
