"""Which way a message takes: read from what its recipient has chosen, and how they are reached.

Asked when a row is planned and again at the last moment; docs/decisions/0032 says the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db.models import BooleanField, F, Func, JSONField, Q, Value
from django.utils.translation import gettext as _

from portal.reminders.channels import sms
from portal.reminders.kinds import Message, registry
from portal.reminders.models import Channel, Priority, RecipientKind, Wish
from portal.reminders.times import OUR_REST, QUIET_FROM, QUIET_UNTIL, Rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portal.reminders.kinds import Address, Recipient, ReminderKind

MACHINE = (Channel.EMAIL, Channel.SMS, Channel.PUSH)  # in the order in which one stands in
BY_HAND = (Channel.CALL, Channel.LETTER)
NEVER_SENT = (Channel.NONE, *BY_HAND)
WHO_CHOOSES = (RecipientKind.STAFF, RecipientKind.PARTICIPANT)
IN_A_ROW = 2  # messages that an address has refused, and then it is used no more


@dataclass(frozen=True, slots=True)
class Preference:
    """What one recipient has chosen; without any choice, what holds for everybody."""

    channel: Channel | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    rest: Rest = OUR_REST
    language: str = ""
    paused_until: date | None = None  # from this day on, messages come again
    shares_phone: bool = False
    takes_sms: bool = False
    failing: frozenset[Channel] = frozenset()  # the last message that way did not arrive
    dead: frozenset[Channel] = frozenset()

    @classmethod
    def of(cls, wish: Wish) -> Self:
        failures = {Channel.EMAIL: wish.email_failures, Channel.SMS: wish.phone_failures}
        return cls(
            channel=Channel(wish.channel) if wish.channel else None,
            kinds=wish.kinds,
            rest=Rest(wish.quiet_from or QUIET_FROM, wish.quiet_until or QUIET_UNTIL),
            language=wish.language,
            paused_until=wish.paused_until,
            shares_phone=bool(wish.shares_phone),
            takes_sms=wish.sms_since is not None,
            failing=frozenset(way for way, number in failures.items() if number),
            dead=_dead(failures),
        )

    def chosen(self, kind: ReminderKind) -> Channel:
        """Return the way that is wanted; e-mail where nothing is chosen (domain.md 8)."""
        if kind.is_duty and self.channel in (None, Channel.NONE):
            return Channel.EMAIL
        own = self.kinds.get(kind.chosen_with or kind.code)
        if self._has_instead(kind) or (own is None and kind.on_request):
            return Channel.NONE
        return Channel(own) if own else self.channel or Channel.EMAIL

    def _has_instead(self, kind: ReminderKind) -> bool:
        """Answer whether a kind was asked for that is said instead of this one."""
        asked = (registry.kinds.get(code) for code, way in self.kinds.items() if way != "NONE")
        return any(one.replaces == kind.code for one in asked if one)

    def ways(self, kind: ReminderKind, address: Address | None) -> list[Channel]:
        """Return the ways that are allowed and possible, the one that is wanted first.

        Who wants a call, a letter or nothing is not written to. For anybody else the next way
        stands in where the first does not arrive, and SMS only after a yes.
        """
        return [
            one
            for one in self._order(kind)
            if one in NEVER_SENT or (self.may(one) and is_possible(one, address))
        ]

    def _order(self, kind: ReminderKind) -> list[Channel]:
        """Return in which order ways are tried; what cannot wait goes last by a sign, for a sign
        tells that there is something and not what (docs/decisions/0037).
        """
        first = self.chosen(kind)
        if first in NEVER_SENT:
            return [first]
        if kind.email_only:
            return [Channel.EMAIL]
        if first == Channel.PUSH and kind.priority == Priority.NOW:
            return [*MACHINE]
        return [*dict.fromkeys((first, *MACHINE))]

    def after(self, way: Channel, kind: ReminderKind, address: Address | None) -> Channel | None:
        """Return the way that is tried when another has refused the message."""
        order = self._order(kind)
        left = order[order.index(way) + 1 :] if way in order else []
        ways = self.ways(kind, address)
        return next((one for one in left if one in ways), None)

    def any_way(self, address: Address) -> bool:
        """Answer whether any message finds somebody."""
        return any(self.may(one) and is_possible(one, address) for one in MACHINE)

    def may(self, way: Channel) -> bool:
        """Answer whether a way may be used: what is dead may not, nor SMS without a yes."""
        return way not in self.dead and (way != Channel.SMS or self.takes_sms)

    def is_paused(self, today: date) -> bool:
        return self.paused_until is not None and today < self.paused_until


NO_CHOICE = Preference()


def is_possible(way: Channel, address: Address | None) -> bool:
    """Answer whether a way leads anywhere, as things stand."""
    if address is None:
        return False
    reached = {
        Channel.EMAIL: bool(address.email),
        Channel.SMS: bool(address.phone) and sms.is_open(),
        Channel.PUSH: bool(address.push),
    }
    return reached.get(way, False)


def chosen_by(recipients: Iterable[Recipient]) -> dict[Recipient, Preference]:
    """Return what each has chosen, in one query; whoever has chosen nothing is left out.

    For the dispatcher: whoever else asks reads only what they may.
    """
    by_kind: dict[RecipientKind, set[int]] = {}
    known = {}
    for one in recipients:
        if one.kind in WHO_CHOOSES:
            by_kind.setdefault(one.kind, set()).add(one.pk)
            known[one.kind, one.pk] = one
    asked = Q()
    for kind, pks in by_kind.items():
        asked |= Q(recipient_kind=kind, recipient_id__in=pks)
    rows = Wish.objects.filter(asked) if by_kind else ()
    return {known[_key(row)]: Preference.of(row) for row in rows}


def told_how(participant_id: str) -> Func:
    """Return the expression for how a participant within reach is told of things.

    Also for whoever runs an activity, who may know that much and no more of what they have chosen.
    """
    return Func(F(participant_id), function="told_how", output_field=JSONField())


def is_away(account: str, today: date) -> Func:
    """Return whether a colleague has a pause from messages, as whoever looks for one may ask."""
    return Func(F(account), Value(today), function="is_away", output_field=BooleanField())


def told(said: dict[str, Any] | None) -> Preference:
    """Return what that expression said."""
    if said is None:
        return NO_CHOICE
    return Preference(
        channel=Channel(said["channel"]) if said["channel"] else None,
        kinds=said["kinds"],
        paused_until=date.fromisoformat(said["pause"]) if said["pause"] else None,
        takes_sms=said["sms"],
        dead=_dead({Channel.EMAIL: said["email"], Channel.SMS: said["phone"]}),
    )


def _dead(failures: Mapping[Channel, int]) -> frozenset[Channel]:
    return frozenset(way for way, number in failures.items() if number >= IN_A_ROW)


def _key(row: Wish) -> tuple[RecipientKind, int]:
    return RecipientKind(row.recipient_kind), row.recipient_id


def barest() -> Message:
    """Return all that a phone says which others read too: neither when nor what."""
    text = _("Hi! There is something new for you. Sign in and read it, or call %(phone)s.")
    return Message(_("Something new"), text % {"phone": settings.PORTAL_PHONE})
