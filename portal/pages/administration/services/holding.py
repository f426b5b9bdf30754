"""What somebody or something still holds: numbers, counted where the administrator sees no rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from portal.models import Membership, Organisation


@dataclass(frozen=True, slots=True)
class MembershipHolds:
    """What follows when a colleague's work ends."""

    main_contacts: int  # persons whose one contact it is: they must have another one first
    teams: int
    steps: int
    placements: int

    @property
    def is_free(self) -> bool:
        """Whether nobody would be left without a contact."""
        return not self.main_contacts

    @property
    def is_empty(self) -> bool:
        return not (self.main_contacts or self.teams or self.steps or self.placements)


@dataclass(frozen=True, slots=True)
class OrganisationHolds:
    """What must be moved before an organisation closes."""

    below: int
    members: int
    people: int
    waiting: int
    activities: int

    @property
    def is_free(self) -> bool:
        return not (self.below or self.members or self.people or self.waiting or self.activities)


def of_membership(membership: Membership) -> MembershipHolds:
    """Count what a membership holds at this moment."""
    return MembershipHolds(**_ask("membership_holds", membership.pk))


def of_organisation(organisation: Organisation) -> OrganisationHolds:
    """Count what belongs to an organisation at this moment, not what stands below it."""
    return OrganisationHolds(**_ask("organisation_holds", organisation.pk))


def _ask(function: str, pk: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [pk])
        answer = cursor.fetchone()[0]
    counted: dict[str, int] = json.loads(answer) if isinstance(answer, str) else answer
    return counted
