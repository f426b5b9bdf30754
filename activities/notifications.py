"""What is said about sessions, and to whom: rows are written here, nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import (
    coming,
    companions,
    guests,
    guests_concerned,
    guests_in_line,
    in_line,
    told_singly,
)
from activities.guest_links import own_link, today_link
from activities.models import Contract, Session
from activities.reaching import reached
from participants.models import Participant
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind, Reminder, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

DAY = timedelta(days=1)
TOLD = (Status.SENDING, Status.ACCEPTED, Status.DELIVERED)


@dataclass(frozen=True, slots=True)
class DueCall(Due):
    """When a contact is asked to ring, and whom: first names, by the contact's account."""

    names: Mapping[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DueChange(Due):
    """When a change is told, and who of those told has no place but waits in line for one."""

    waiting: frozenset[int] = frozenset()
    guests_waiting: frozenset[int] = frozenset()


def waits(due: Due, recipient: Recipient) -> bool:
    """Answer whether somebody who is told has no place yet: the time is not *theirs*."""
    if not isinstance(due, DueChange):
        return False
    if recipient.is_guest:
        return recipient.pk in due.guests_waiting
    return recipient.is_participant and recipient.pk in due.waiting


def due_changes(
    rows: Iterable[tuple[int, datetime | None, datetime, datetime]],
) -> dict[int, Due]:
    """Return when changes are told: of each session, when it changed, and its hours."""
    told = {pk: (at, starts, ends) for pk, at, starts, ends in rows if at and at < ends}
    line, without_account = in_line(list(told)), guests_in_line(list(told))
    return {
        pk: DueChange(
            at,
            ends,
            happens_at=starts,
            waiting=frozenset(line.get(pk, ())),
            guests_waiting=frozenset(without_account.get(pk, ())),
        )
        for pk, (at, starts, ends) in told.items()
    }


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


def with_others(
    session_ids: Collection[int], people: Mapping[int, Iterable[int]]
) -> dict[int, list[Recipient]]:
    """Return people as recipients, and whom it touches too: who goes along, who has no account."""
    found = with_guests(people, guests_concerned(session_ids))
    for pk, users in companions(session_ids).items():
        found.setdefault(pk, []).extend(map(kinds.staff, users))
    return found


def with_guests(
    people: Mapping[int, Iterable[int]], without_account: Mapping[int, Iterable[int]]
) -> dict[int, list[Recipient]]:
    """Return people as recipients, and beside them those who have no account."""
    found = participants(people)
    for pk, some in without_account.items():
        found.setdefault(pk, []).extend(map(kinds.guest, some))
    return found


def participants(people: Mapping[int, Iterable[int]]) -> dict[int, list[Recipient]]:
    """Return people as recipients."""
    return {pk: [kinds.participant(person) for person in some] for pk, some in people.items()}


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


def call_due(off: Mapping[int, Due], people: Mapping[int, Collection[int]]) -> dict[int, Due]:
    """Return when contacts are asked to ring those whom no letter finds, with their names."""
    found = reached(people)
    everybody = {person for one in found.values() for person in one.rung}
    names = dict(Participant.objects.filter(pk__in=everybody).values_list("pk", "first_name"))
    return {
        pk: DueCall(
            due.at,
            due.not_after,
            happens_at=due.happens_at,
            names={
                user: sorted(names[person] for person in people if person in names)
                for user, people in found[pk].by_call.items()
            },
        )
        for pk, due in off.items()
        if pk in found
    }


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(told_singly(session_ids))


def contacts(people: Mapping[int, Collection[int]]) -> dict[int, list[Recipient]]:
    """Return the contacts of those whom no letter finds."""
    found = reached(people)
    return {pk: [kinds.staff(user) for user in one.by_call] for pk, one in found.items()}


def _call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. A time %(day)s at %(clock)s is cancelled, and we cannot write"
        " there. Sign in to see the number."
    )
    return call(text, due, recipient)


def call(text: str, due: Due, recipient: Recipient) -> Message:
    """Ask a contact to ring; by first names, as everywhere: who it is stands on the record."""
    names = due.names.get(recipient.pk, []) if isinstance(due, DueCall) else []
    said = {"names": get_text_list(names, _("and")), **words(due)}
    return Message(_("Please ring"), text % said)


def _restored_due(session_ids: Collection[int]) -> dict[int, Due]:
    on_again = Session.objects.held().filter(pk__in=session_ids, restored_at__isnull=False)
    return due_changes(on_again.values_list("pk", "restored_at", "starts_at", "ends_at"))


def _restored_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Those who have been told that it was cancelled; nobody else need hear of it."""
    return told_of(session_ids, SESSION_CANCELLED, SESSION_CALL)


def told_of(session_ids: Collection[int], *of: ReminderKind) -> dict[int, list[Recipient]]:
    """Return to whom one of these has been sent, or may have been."""
    told: dict[int, list[Recipient]] = defaultdict(list)
    codes = [one.code for one in of]
    for session_id, who, pk in Reminder.objects.filter(
        kind__in=codes, subject_id__in=session_ids, status__in=TOLD
    ).values_list("subject_id", "recipient_kind", "recipient_id"):
        told[session_id].append(Recipient(RecipientKind(who), pk))
    return told


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


def nothing_soon(_today: date) -> Iterable[int]:
    """What is said at once needs no sweep: the change itself plans it."""
    return ()


# What cannot wait for the sweep, nor for the morning.
at_once = partial(ReminderKind, soon=nothing_soon, priority=Priority.NOW, rests=False)


def words(due: Due) -> dict[str, str]:
    """Return when it happens, in words: the day in figures, since the reader's today is unknown."""
    if due.happens_at is None:
        message = "a session has a time"
        raise ValueError(message)
    there = times.local(due.happens_at)
    return {
        "day": f"{there.day}/{there.month}",
        "clock": times.clock(due.happens_at),
        "phone": settings.PORTAL_PHONE,
    }


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
