"""How those who mean to come hear that it is off: by message, by a call of their contact, or not.

What no message can tell a human takes over: the person's contact is asked to ring. A sign on the
phone tells too little for that: whoever gets nothing else is rung as well (docs/decisions/0037).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from participants import reach
from portal.reminders.models import Channel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from portal.reminders.kinds import ReminderKind


@dataclass(frozen=True, slots=True)
class Reached:
    """The people of one session, by how a message finds them."""

    by_message: list[int] = field(default_factory=list)
    by_call: dict[int, list[int]] = field(default_factory=dict)  # by the account of their contact
    not_at_all: list[int] = field(default_factory=list)

    @property
    def rung(self) -> list[int]:
        """Those whose contact is asked to ring them."""
        return [person for people in self.by_call.values() for person in people]


def reached(people: Mapping[int, Collection[int]], kind: ReminderKind) -> dict[int, Reached]:
    """Return how the people of each session hear of a kind of thing; a query or three for all.

    Who has asked for no messages, or has a pause, hears of nothing: a note on the door is left.
    """
    everybody = {person for some in people.values() for person in some}
    if not everybody:
        return {}
    ways = reach.ways(everybody, kind)
    rung = {person for person, way in ways.items() if reach.is_rung(way)}
    contacts = reach.contacts(rung | {one for one, way in ways.items() if way == Channel.PUSH})
    found = {}
    for session_id, some in people.items():
        found[session_id] = here = Reached()
        for person in some:
            if person in contacts:
                here.by_call.setdefault(contacts[person], []).append(person)
            elif person in rung or ways[person] == Channel.NONE:
                here.not_at_all.append(person)
            else:
                here.by_message.append(person)
    return found


def of(people: Collection[int], kind: ReminderKind) -> Reached:
    """Return how those who mean to come to one session are reached."""
    return reached({0: people}, kind).get(0, Reached())
