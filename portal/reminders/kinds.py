"""What may be said, declared by each subject in its `notifications.py` and registered at start.

This package imports no subject: it asks the functions of a kind, always for many subjects at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.models import User
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date, datetime

    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody by id: a colleague's account, or a participant."""

    kind: RecipientKind
    pk: int

    @property
    def is_participant(self) -> bool:
        return self.kind == RecipientKind.PARTICIPANT

    @property
    def is_staff(self) -> bool:
        return self.kind == RecipientKind.STAFF

    @property
    def is_guest(self) -> bool:
        """Whether they have no account: then a link is all that they can change it by."""
        return self.kind == RecipientKind.GUEST


def staff(user_id: int) -> Recipient:
    """Return a colleague as recipient, by the id of the account."""
    return Recipient(RecipientKind.STAFF, user_id)


def participant(participant_id: int) -> Recipient:
    """Return a participant as recipient."""
    return Recipient(RecipientKind.PARTICIPANT, participant_id)


def guest(sign_up_id: int) -> Recipient:
    """Return somebody without an account as recipient, by the id of what they signed up to."""
    return Recipient(RecipientKind.GUEST, sign_up_id)


@dataclass(frozen=True, slots=True)
class Due:
    """When a subject's reminder is due, by its rule alone: never by the clock, never by rest."""

    at: datetime  # the nominal time; part of the key
    not_after: datetime  # from here on it is worse to say it than to keep silent
    happens_at: datetime | None = None  # what the text may name; handed on to `text`
    participant_id: int | None = None  # whom it is about, when that is not the recipient


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: no place, no organisation, no surname, nothing that tells why or with whom."""

    subject: str
    text: str
    sender: str = ""  # the name it comes from; without one, that of a reminder


@dataclass(frozen=True, slots=True)
class ReminderKind:
    """One thing that is said. Each function takes ids of subjects and runs a query or two.

    due: when, for those subjects that want the reminder as they stand now.
    recipients: to whom, by subject.
    text: the message, in the language that is active.
    still_valid: whether it may be said; asked when it is planned, and last thing before sending.
    soon: the subjects whose reminders may fall due today or tomorrow, for the sweep.
    """

    code: str  # stored; never renamed
    name: StrOrPromise  # for the figures; translated lazily
    due: Callable[[Collection[int]], Mapping[int, Due]]
    recipients: Callable[[Collection[int]], Mapping[int, Collection[Recipient]]]
    text: Callable[[Due, Recipient], Message]
    soon: Callable[[date], Iterable[int]]
    still_valid: Callable[[Collection[int]], set[int]] = set
    priority: Priority = Priority.PLANNED
    rests: bool = True  # waits for morning when it falls due at night


@dataclass(frozen=True, slots=True)
class Address:
    """How a recipient is reached, and in which language."""

    email: str
    language: str = "sv"
    phone: str = ""  # E.164


type Addresses = Callable[[Collection[int]], Mapping[int, Address]]
type Silent = Callable[[Collection[int]], set[int]]  # of those: who is never written to


def of_staff(user_ids: Collection[int]) -> dict[int, Address]:
    """Return the addresses of active accounts that have one."""
    known = User.objects.filter(pk__in=user_ids, is_active=True).exclude(email=None)
    return {pk: Address(email) for pk, email in known.values_list("pk", "email") if email}


@dataclass(frozen=True, slots=True)
class Registry:
    """The kinds and the ways to find an address, filled once as the process starts."""

    kinds: dict[str, ReminderKind] = field(default_factory=dict)
    addresses: dict[RecipientKind, Addresses] = field(default_factory=dict)
    silent: dict[RecipientKind, Silent] = field(default_factory=dict)


registry = Registry(addresses={RecipientKind.STAFF: of_staff})


def register(kind: ReminderKind) -> None:
    """Make a kind known; from `AppConfig.ready()`."""
    if registry.kinds.setdefault(kind.code, kind) is not kind:
        message = f"Two kinds of reminder are called {kind.code}."
        raise ValueError(message)


def register_recipients(
    kind: RecipientKind, addresses: Addresses, silent: Silent | None = None
) -> None:
    """Say how to find the addresses of recipients whose table stands on a floor above."""
    registry.addresses[kind] = addresses
    if silent:
        registry.silent[kind] = silent
