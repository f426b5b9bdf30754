"""What is said about sessions, and to whom: rows are written here, nothing is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import coming, guests, told_singly
from activities.guest_links import own_link, today_link
from activities.models import Contract, Session
from activities.telling import (
    at_once,
    call,
    call_due,
    contacts,
    due_changes,
    told_of,
    waits,
    with_guests,
    with_others,
    words,
)
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

DAY = timedelta(days=1)


def plan_sessions(session_ids: Iterable[int]) -> None:
    """Plan what is said of sessions; call it after every change, in the same transaction."""
    subjects = list(session_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def plan_coming(session_ids: Iterable[int]) -> None:
    """Plan what those who mean to come are told the day before: somebody came or went."""
    planning.plan(SESSION_TOMORROW, session_ids)


def _tomorrow(starts_at: datetime) -> Due:
    on = times.local(starts_at).date()
    return Due(times.day_before(on), times.midnight(on), happens_at=starts_at)


def _tomorrow_due(session_ids: Collection[int]) -> dict[int, Due]:
    held = Session.objects.held().filter(pk__in=session_ids)
    return {pk: _tomorrow(starts) for pk, starts in held.values_list("pk", "starts_at")}


def _tomorrow_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Whoever signed up later than the reminder is due knows it already."""
    of = Session.objects.filter(pk__in=session_ids)
    rows = list(of.values_list("pk", "starts_at", "activity__contract"))
    starts = {pk: at for pk, at, _contract in rows}
    events = [pk for pk, _at, contract in rows if contract == Contract.EVENT]

    def knew_before(pk: int, found: Mapping[int, datetime]) -> list[int]:
        return [one for one, since in found.items() if since < _tomorrow(starts[pk]).at]

    return with_guests(
        {pk: knew_before(pk, people) for pk, people in coming(session_ids).items()},
        {pk: knew_before(pk, some) for pk, some in guests(events).items()},
    )


def _tomorrow_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_guest:
        text = _("Hi! Tomorrow at %(clock)s you have a time. If you cannot come: %(link)s")
        return Message(_("Tomorrow"), text % {**words(due), "link": own_link(recipient.pk)})
    text = _(
        "Hi! Tomorrow at %(clock)s you have a time. If you cannot come: sign in and say so, or"
        " call %(phone)s."
    )
    return Message(_("Tomorrow"), text % words(due))


def _sessions_soon(today: date) -> Iterable[int]:
    first, last = times.midnight(today + DAY), times.midnight(today + 3 * DAY)
    return Session.objects.held().between(first, last).values_list("pk", flat=True)


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
    return call_due(_cancelled_due(session_ids), told_singly(session_ids))


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(told_singly(session_ids))


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


SESSION_TOMORROW = ReminderKind(
    code="session_tomorrow",
    name=gettext_lazy("Time tomorrow"),
    due=_tomorrow_due,
    recipients=_tomorrow_recipients,
    text=_tomorrow_text,
    soon=_sessions_soon,
)
SESSION_CANCELLED = at_once(
    code="session_cancelled",
    name=gettext_lazy("Time cancelled"),
    due=_cancelled_due,
    recipients=_cancelled_recipients,
    text=_cancelled_text,
)
SESSION_CALL = at_once(
    code="session_call",
    name=gettext_lazy("Ring: time cancelled"),
    due=_call_due,
    recipients=_call_recipients,
    text=_call_text,
)
SESSION_RESTORED = at_once(
    code="session_restored",
    name=gettext_lazy("Time on again"),
    due=_restored_due,
    recipients=_restored_recipients,
    text=_restored_text,
)
KINDS = (SESSION_TOMORROW, SESSION_CANCELLED, SESSION_CALL, SESSION_RESTORED)


def declare() -> None:
    """Make the kinds of this subject known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
