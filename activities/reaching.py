"""How those who mean to come hear that it is off: by letter, by a call from their contact, or not.

What nobody can be told by letter a human takes over: the person's contact is asked to ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from participants.models import MainContact
from portal.reminders.kinds import registry
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Reached:
    """The people of one session, by how a message finds them."""

    by_letter: list[int] = field(default_factory=list)
    by_call: dict[int, list[int]] = field(default_factory=dict)  # by the account of their contact
    not_at_all: list[int] = field(default_factory=list)

    @property
    def rung(self) -> list[int]:
        """Those whose contact is asked to ring them."""
        return [person for people in self.by_call.values() for person in people]


def reached(people: Mapping[int, Collection[int]]) -> dict[int, Reached]:
    """Return how the people of each session are reached; two queries, however many they are."""
    everybody = {person for some in people.values() for person in some}
    if not everybody:
        return {}
    letters = registry.addresses[RecipientKind.PARTICIPANT](everybody)
    contacts = _contacts(everybody - letters.keys())
    found = {}
    for session_id, some in people.items():
        found[session_id] = here = Reached()
        for person in some:
            if person in letters:
                here.by_letter.append(person)
            elif person in contacts:
                here.by_call.setdefault(contacts[person], []).append(person)
            else:
                here.not_at_all.append(person)
    return found


def of(people: Collection[int]) -> Reached:
    """Return how those who mean to come to one session are reached."""
    return reached({0: people}).get(0, Reached())


def _contacts(person_ids: Collection[int]) -> dict[int, int]:
    """Return the account of each person's contact, where a letter finds the contact."""
    if not person_ids:
        return {}
    held = MainContact.objects.open().filter(
        participant__in=person_ids,
        participant__closed_at=None,
        membership__ended_at=None,
        membership__user__is_active=True,
        membership__user__email__gt="",
    )
    return dict(held.values_list("participant_id", "membership__user_id"))
