"""What is written to those who come without an account, beside what everybody is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.guest_links import own_link
from activities.models import GuestSignUp
from activities.notifications.telling import nothing_soon, words
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Address, Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


@dataclass(frozen=True, slots=True)
class DueYes(Due):
    """When the letter with a yes is due, and whether it is a place or a place in line."""

    is_waiting: bool = False


def plan_yes(sign_up_ids: Iterable[int]) -> None:
    """Plan the letter with the link: to be called when somebody has signed up."""
    planning.plan(GUEST_SIGNED_UP, sign_up_ids)


def plan_offers(sign_up_ids: Iterable[int]) -> None:
    """Plan the word that a place is held: to be called when it has been offered."""
    planning.plan(GUEST_OFFERED, sign_up_ids)


def _yes_due(ids: Collection[int]) -> dict[int, Due]:
    kept = GuestSignUp.objects.kept().remembered().filter(pk__in=ids, session__cancelled_at=None)
    columns = ("pk", "written_at", "session__starts_at", "session__ends_at", "waiting_since")
    return {
        pk: DueYes(at, ends, happens_at=starts, is_waiting=waiting is not None)
        for pk, at, starts, ends, waiting in kept.values_list(*columns)
        if at < ends
    }


def _themselves(ids: Collection[int]) -> dict[int, list[Recipient]]:
    return {pk: [kinds.guest(pk)] for pk in ids}


def _yes_text(due: Due, recipient: Recipient) -> Message:
    said = {**words(due), "link": own_link(recipient.pk)}
    if isinstance(due, DueYes) and due.is_waiting:
        text = _(
            "Hi! You are in line for %(day)s at %(clock)s. We write if there is a place for you."
            " If you change your mind: %(link)s"
        )
        return Message(_("You are in line"), text % said)
    text = _("Hi! We expect you %(day)s at %(clock)s. To change it or take it back: %(link)s")
    return Message(_("You are signed up"), text % said)


def _yes_samples(due: Due, _recipient: Recipient) -> Iterable[Due]:
    return (due, DueYes(due.at, due.not_after, due.happens_at, is_waiting=True))


def _offered_due(ids: Collection[int]) -> dict[int, Due]:
    held = GuestSignUp.objects.offered().filter(pk__in=ids, session__cancelled_at=None)
    columns = ("pk", "offered_at", "answer_by", "session__starts_at")
    return {
        pk: Due(asked, until, happens_at=starts)
        for pk, asked, until, starts in held.values_list(*columns)
        if asked and until
    }


def _offered_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! There is a place for you %(day)s at %(clock)s. Answer no later than %(until_day)s at"
        " %(until)s: %(link)s"
    )
    until = times.local(due.not_after)
    said = {
        "until_day": f"{until.day}/{until.month}",
        "until": times.clock(due.not_after),
        "link": own_link(recipient.pk),
    }
    return Message(_("There is a place for you"), text % {**words(due), **said})


def _addresses(ids: Collection[int]) -> dict[int, Address]:
    known = GuestSignUp.objects.remembered().filter(pk__in=ids)
    return {pk: Address(email) for pk, email in known.values_list("pk", "email")}


GUEST_SIGNED_UP = ReminderKind(
    code="guest_signed_up",
    name=gettext_lazy("Signed up without an account"),
    to=(RecipientKind.GUEST,),
    email_only=True,
    sample=_yes_samples,
    due=_yes_due,
    recipients=_themselves,
    text=_yes_text,
    soon=nothing_soon,
    priority=Priority.NOW,
    rests=False,
)
GUEST_OFFERED = ReminderKind(
    code="guest_offered",
    name=gettext_lazy("Place held for somebody without an account"),
    to=(RecipientKind.GUEST,),
    email_only=True,
    due=_offered_due,
    recipients=_themselves,
    text=_offered_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)


def declare() -> None:
    """Make the kinds and their addresses known; from `AppConfig.ready()`."""
    kinds.register(GUEST_SIGNED_UP)
    kinds.register(GUEST_OFFERED)
    kinds.register_recipients(RecipientKind.GUEST, _addresses)
