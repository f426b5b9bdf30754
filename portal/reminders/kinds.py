"""What may be said, declared by each subject in its `notifications` and registered at start.

This package imports no subject: it asks the functions of a kind, always for many subjects at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef

from portal.access import ReaderOf
from portal.models import Membership, User
from portal.reminders import gsm
from portal.reminders.channels import push
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from portal.permissions import Permission


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


def readers(rows: QuerySet[Any], given_to: str, item: str = "") -> dict[int, list[Recipient]]:
    """Return, for rows about items, the colleague who hears of each: who has it, or a stand-in."""
    account = Membership.objects.filter(pk=OuterRef("reader")).values("user")
    known = rows.annotate(reader=ReaderOf(given_to, item)).annotate(told=account[:1])
    return {pk: [staff(user)] for pk, user in known.values_list("pk", "told") if user}


@dataclass(frozen=True, slots=True)
class Due:
    """When a subject's reminder is due, by its rule alone: never by the clock, never by rest."""

    at: datetime  # the nominal time; part of the key
    not_after: datetime  # from here on it is worse to say it than to keep silent
    happens_at: datetime | None = None  # what the text may name; handed on to `text`
    participant_id: int | None = None  # whom it is about, when that is not the recipient

    def whom(self, _recipient: Recipient) -> Collection[int]:
        """Return the participants whom a colleague is asked to tell something by it."""
        return () if self.participant_id is None else (self.participant_id,)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: no place, no organisation, no surname, nothing that tells why or with whom."""

    subject: str
    text: str
    sender: str = ""  # the name it comes from; without one, that of a reminder
    sms: str = ""  # only where it must differ: shorter, or with what a reply does

    @property
    def short(self) -> str:
        """What goes by SMS: in one message, with the letters that it can hold."""
        return gsm.plain(self.sms or self.text)

    @property
    def by_sms(self) -> Message:
        """The message as a phone gets it."""
        return Message(self.subject, self.short, self.sender)


class NotNow(Exception):
    """An answer came too late, or says what cannot be done: a human reads it."""


class Answer(StrEnum):
    """What somebody may reply to a message, with a figure."""

    COMES = "1"
    CANNOT = "2"


def as_it_is(due: Due, _recipient: Recipient) -> Iterable[Due]:
    """Return the sample of a kind whose text needs to know no more than a time."""
    return (due,)


@dataclass(frozen=True, slots=True)
class ReminderKind:
    """One thing that is said. Each function takes ids of subjects and runs a query or two.

    due: when, for those subjects that want the reminder as they stand now.
    recipients: to whom, by subject.
    text: the message, in the language that is active.
    still_valid: whether it may be said; asked when it is planned, and last thing before sending.
    soon: the subjects whose reminders may fall due today or tomorrow, for the sweep.
    sample: what `text` may be handed, made of invented words of the greatest length; from this the
        page of texts and the test of them are written.
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
    on_request: bool = False  # said only to those who have asked for it
    answer: Callable[[int, Recipient, Answer], None] | None = None  # what a reply by SMS does
    to: tuple[RecipientKind, ...] = (RecipientKind.PARTICIPANT,)
    when: StrOrPromise = ""  # the rule of `due`, in words; empty: at once
    replaces: str = ""  # the kind that is not said beside this one to who has asked for it
    is_duty: bool = False  # asks a colleague for what nobody else will do: never chosen away
    chosen_with: str = ""  # the kind that stands for both where somebody chooses
    needs: Permission | None = None  # what a colleague may do to whom it is ever said
    email_only: bool = False  # it carries a link, and may be as long as it must
    sample: Callable[[Due, Recipient], Iterable[Due]] = as_it_is
    # contacts are asked by a kind of its own to ring who cannot be written to
    is_rung: bool = False
    about: StrOrPromise = ""  # what a colleague rings about instead: true on any day


@dataclass(frozen=True, slots=True)
class Address:
    """How a recipient is reached, and in which language."""

    email: str
    language: str = "sv"
    phone: str = ""  # E.164
    push: tuple[str, ...] = ()  # of the recipient's browsers, at the services that reach them


type Addresses = Callable[[Collection[int]], Mapping[int, Address]]
type Silent = Callable[[Collection[int]], set[int]]  # of those: who is never written to
type WithPhone = Callable[[str], Collection[int]]  # who has a number, in E.164
type TakeOver = Callable[[Owed], None]  # a colleague is asked to say what could not be sent
type Words = Callable[[int, str], bool]  # keeps what somebody wrote, if there is one to read it


def of_staff(user_ids: Collection[int]) -> dict[int, Address]:
    """Return the addresses of active accounts that have one."""
    known = User.objects.filter(pk__in=user_ids, is_active=True).exclude(email=None)
    signs = push.endpoints(user_ids)
    return {
        pk: Address(email, push=signs.get(pk, ()))
        for pk, email in known.values_list("pk", "email")
        if email
    }


@dataclass(frozen=True, slots=True)
class Owed:
    """Something a participant has still to be told, by a person."""

    participant_id: int
    kind: ReminderKind
    not_after: datetime  # from here on it helps nobody
    is_wished: bool = False  # they want a call or a letter; else it could not be sent
    by_letter: bool = False
    but: int | None = None  # the account of the colleague whom the message did not reach


@dataclass(frozen=True, slots=True)
class Registry:
    """The kinds and the ways to find an address, filled once as the process starts."""

    kinds: dict[str, ReminderKind] = field(default_factory=dict)
    addresses: dict[RecipientKind, Addresses] = field(default_factory=dict)
    silent: dict[RecipientKind, Silent] = field(default_factory=dict)
    with_phone: dict[RecipientKind, WithPhone] = field(default_factory=dict)
    take_over: list[TakeOver] = field(default_factory=list)  # one, from the floor of the people
    words: dict[RecipientKind, Words] = field(default_factory=dict)


registry = Registry(addresses={RecipientKind.STAFF: of_staff})


def register(kind: ReminderKind) -> None:
    """Make a kind known; from `AppConfig.ready()`."""
    if registry.kinds.setdefault(kind.code, kind) is not kind:
        message = f"Two kinds of reminder are called {kind.code}."
        raise ValueError(message)


def register_recipients(
    kind: RecipientKind,
    addresses: Addresses,
    silent: Silent | None = None,
    with_phone: WithPhone | None = None,
) -> None:
    """Say how to find the addresses of recipients whose table stands on a floor above."""
    registry.addresses[kind] = addresses
    if silent:
        registry.silent[kind] = silent
    if with_phone:
        registry.with_phone[kind] = with_phone


def register_answer(code: str, answer: Callable[[int, Recipient, Answer], None]) -> None:
    """Say what a reply does, from the floor where things are done: a kind itself only tells."""
    registry.kinds[code] = replace(registry.kinds[code], answer=answer)


def register_words(kind: RecipientKind, keep: Words) -> None:
    """Say who reads what a recipient writes back in words of their own."""
    registry.words[kind] = keep
