"""How letters about sessions are put together: whom they touch, who is rung, and in which words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activities.expecting import companions, guests_concerned, guests_in_line, in_line
from activities.reaching import reached
from participants.models import Participant
from portal.reminders import kinds, samples, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind, Reminder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

EVERYBODY = (RecipientKind.PARTICIPANT, RecipientKind.STAFF, RecipientKind.GUEST)
NAMED, LONGEST_NAME = 2, 14  # in an SMS; who else it is stands behind the sign-in


@dataclass(frozen=True, slots=True)
class DueCall(Due):
    """When a contact is asked to ring, and whom: first names, by the contact's account."""

    names: Mapping[int, list[str]] = field(default_factory=dict)
    people: Mapping[int, Collection[int]] = field(default_factory=dict)

    def whom(self, recipient: Recipient) -> Collection[int]:
        return self.people.get(recipient.pk, ())


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


def call_due(
    off: Mapping[int, Due], people: Mapping[int, Collection[int]], kind: ReminderKind
) -> dict[int, Due]:
    """Return when contacts are asked to ring those whom no letter finds, with their names."""
    found = reached(people, kind)
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
            people=found[pk].by_call,
        )
        for pk, due in off.items()
        if pk in found
    }


def contacts(
    people: Mapping[int, Collection[int]], kind: ReminderKind
) -> dict[int, list[Recipient]]:
    """Return the contacts of those whom no letter finds."""
    found = reached(people, kind)
    return {pk: [kinds.staff(user) for user in one.by_call] for pk, one in found.items()}


def call(text: str, due: Due, recipient: Recipient) -> Message:
    """Ask a contact to ring; by first names, as everywhere: who it is stands on the record."""
    names = due.names.get(recipient.pk, []) if isinstance(due, DueCall) else []
    named = [name[:LONGEST_NAME] for name in names[:NAMED]]
    if len(names) > NAMED:
        named.append(_("%(number)s more") % {"number": len(names) - NAMED})
    said, short = ({"names": get_text_list(some, _("and"))} for some in (names, named))
    return Message(
        _("Please ring"), text % {**words(due), **said}, sms=text % {**words(due), **short}
    )


def with_the_line(due: Due, recipient: Recipient) -> Iterable[Due]:
    """Return samples of a change: for who has a place, and for who waits in line for one."""
    mine = frozenset({recipient.pk})
    of = (due.at, due.not_after, due.happens_at)
    return (due, DueChange(*of, waiting=mine, guests_waiting=mine))


def with_names(due: Due, recipient: Recipient) -> Iterable[Due]:
    """Return samples of a call: to one, to two, and to more than an SMS can name."""
    of = (due.at, due.not_after, due.happens_at)
    return [DueCall(*of, names={recipient.pk: [samples.NAME] * some}) for some in (1, 2, 12)]


def told_of(session_ids: Collection[int], *of: ReminderKind) -> dict[int, list[Recipient]]:
    """Return to whom one of these has been sent, or may have been."""
    told: dict[int, list[Recipient]] = defaultdict(list)
    codes = [one.code for one in of]
    said = Reminder.objects.filter(kind__in=codes, subject_id__in=session_ids).may_have_gone()
    for session_id, who, pk in said.values_list("subject_id", "recipient_kind", "recipient_id"):
        told[session_id].append(Recipient(RecipientKind(who), pk))
    return told


def nothing_soon(_today: date) -> Iterable[int]:
    """What is said at once needs no sweep: the change itself plans it."""
    return ()


# What cannot wait for the sweep, nor for the morning.
at_once = partial(ReminderKind, soon=nothing_soon, priority=Priority.NOW, rests=False)
# The same, asked of a contact who can ring where nobody can write.
call_at_once = partial(at_once, to=(RecipientKind.STAFF,), sample=with_names)


def words(due: Due) -> dict[str, str]:
    """Return when it happens, in words: the day in figures, since the reader's today is unknown."""
    if due.happens_at is None:
        message = "a session has a time"
        raise ValueError(message)
    there = times.local(due.happens_at)
    return {
        "weekday": date_format(there, "l"),
        "day": f"{there.day}/{there.month}",
        "clock": times.clock(due.happens_at),
        "phone": settings.PORTAL_PHONE,
    }
