"""What is said about sessions, and to whom: rows are written here, nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import told_singly
from activities.guest_links import today_link
from activities.models import Session
from activities.notifications import ahead
from activities.notifications.telling import (
    EVERYBODY,
    at_once,
    call,
    call_at_once,
    call_due,
    contacts,
    due_changes,
    told_of,
    waits,
    with_others,
    with_the_line,
    words,
)
from portal.permissions import Permission
from portal.reminders import kinds, planning
from portal.reminders.kinds import Due, Message, Recipient

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def plan_sessions(session_ids: Iterable[int]) -> None:
    """Plan what is said of sessions; call it after every change, in the same transaction."""
    subjects = list(session_ids)
    ahead.plan(subjects)
    for kind in KINDS:
        planning.plan(kind, subjects)


def plan_coming(session_ids: Iterable[int]) -> None:
    """Plan what those who mean to come are told before: somebody came or went."""
    ahead.plan_coming(session_ids)


def _cancelled_due(session_ids: Collection[int]) -> dict[int, Due]:
    off = Session.objects.filter(pk__in=session_ids, cancelled_at__isnull=False)
    return due_changes(off.values_list("pk", "cancelled_at", "starts_at", "ends_at"))


def _cancelled_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return with_others(session_ids, told_singly(session_ids))


def _cancelled_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_guest:
        text = _(
            "Hi! Your time %(day)s at %(clock)s is cancelled. What else is open: %(today)s"
            " Questions? Call %(phone)s."
        )
        if waits(due, recipient):
            text = _(
                "Hi! The time %(day)s at %(clock)s that you wait for is cancelled. What else is"
                " open: %(today)s Questions? Call %(phone)s."
            )
        return Message(_("A time is cancelled"), text % {**words(due), "today": today_link()})
    if recipient.is_staff:
        text = _(
            "Hi! The time %(day)s at %(clock)s that you said yes to is cancelled. Questions? Call"
            " %(phone)s."
        )
        return Message(_("A time is cancelled"), text % words(due))
    text = _(
        "Hi! The time %(day)s at %(clock)s that you wait for is cancelled. Sign in to see what else"
        " is open, or call %(phone)s."
    )
    if waits(due, recipient):
        return Message(_("A time is cancelled"), text % words(due))
    text = _(
        "Hi! Your time %(day)s at %(clock)s is cancelled. Sign in to see what else is open, or"
        " call %(phone)s."
    )
    return Message(_("A time is cancelled"), text % words(due))


def _call_due(session_ids: Collection[int]) -> dict[int, Due]:
    return call_due(_cancelled_due(session_ids), told_singly(session_ids), SESSION_CANCELLED)


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(told_singly(session_ids), SESSION_CANCELLED)


def _call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. A time %(day)s at %(clock)s is cancelled, and we cannot write"
        " there. Sign in to see the number."
    )
    return call(text, due, recipient)


def _restored_due(session_ids: Collection[int]) -> dict[int, Due]:
    on_again = Session.objects.held().filter(pk__in=session_ids, restored_at__isnull=False)
    return due_changes(on_again.values_list("pk", "restored_at", "starts_at", "ends_at"))


def _restored_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Those who have been told that it was cancelled; nobody else need hear of it."""
    return told_of(session_ids, SESSION_CANCELLED, SESSION_CALL)


def _restored_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_staff:
        text = _(
            "Hi! The time %(day)s at %(clock)s is on again. If you have rung about it, please ring"
            " once more."
        )
        return Message(_("The time is on again"), text % words(due))
    if waits(due, recipient):
        text = _(
            "Hi! The time %(day)s at %(clock)s is on again, and you are still in line. Questions?"
            " Call %(phone)s."
        )
        return Message(_("The time is on again"), text % words(due))
    text = _(
        "Hi! Your time %(day)s at %(clock)s is on again. It was cancelled by mistake."
        " Questions? Call %(phone)s."
    )
    return Message(_("Your time is on again"), text % words(due))


def cancelled_message(session: Session) -> Message:
    """Return word for word what those who meant to come will read if it is cancelled."""
    due = Due(session.starts_at, session.ends_at, happens_at=session.starts_at)
    return _cancelled_text(due, kinds.participant(0))


SESSION_CANCELLED = at_once(
    code="session_cancelled",
    needs=Permission.COMPANY_GIVE,
    name=gettext_lazy("Time cancelled"),
    about=gettext_lazy("a time that is cancelled"),
    to=EVERYBODY,
    sample=with_the_line,
    due=_cancelled_due,
    recipients=_cancelled_recipients,
    text=_cancelled_text,
    is_rung=True,
)
SESSION_CALL = call_at_once(
    code="session_call",
    is_duty=True,
    name=gettext_lazy("Ring: time cancelled"),
    about=gettext_lazy("a time that is cancelled"),
    due=_call_due,
    recipients=_call_recipients,
    text=_call_text,
)
SESSION_RESTORED = at_once(
    code="session_restored",
    needs=Permission.COMPANY_GIVE,
    chosen_with="session_cancelled",
    name=gettext_lazy("Time on again"),
    about=gettext_lazy("a time that is on again"),
    to=EVERYBODY,
    sample=with_the_line,
    due=_restored_due,
    recipients=_restored_recipients,
    text=_restored_text,
)
KINDS = (SESSION_CANCELLED, SESSION_CALL, SESSION_RESTORED)


def declare() -> None:
    """Make the kinds of this subject known; from `AppConfig.ready()`."""
    ahead.declare()
    for kind in KINDS:
        kinds.register(kind)
