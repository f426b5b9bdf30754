"""Organisations, accounts and memberships: the cast first, then as many as the town needs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from portal.management.town import words
from portal.management.town.order import LONG_AGO, UNUSABLE
from portal.management.town.organisations import (
    CASE_MANAGERS,
    CAST,
    CITY,
    COACHES,
    GUIDES,
    LABOUR,
    SOCIAL,
    TREE,
)
from portal.models import Membership, Organisation, OrganisationKind, User
from portal.permissions import PEERS, Role

if TYPE_CHECKING:
    from portal.management.town.order import Town

TEAM = 10  # guides in a unit
LEAST_GUIDES = 10
LIMITS = {Role.GUIDE: 30, Role.CASE_MANAGER: 15, Role.JOB_COACH: 20}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A membership, and what follows from it."""

    membership_id: int
    user_id: int
    unit_id: int
    owner_id: int


class Staff:
    """Who works in the town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.organisations = town.table(
            Organisation, "name", "kind", "parent_id", "owner_id", "phone", "verified_on"
        )
        self.users = town.table(
            User,
            *("username", "email", "first_name", "last_name", "phone", "hours", "password"),
            "created_at",
        )
        self.memberships = town.table(
            Membership, "user_id", "role", "unit_id", "caseload_limit", "started_at", "pledged_on"
        )
        self.began = town.days.at(-LONG_AGO, 8 * 60)
        self.phones = cycle(words.LANDLINES)
        self.ids: dict[str, int] = {}  # of organisations, by name
        self.owners: dict[int, int] = {}
        self.guides: list[Colleague] = []
        self.case_managers: list[Colleague] = []
        self.coaches: list[Colleague] = []
        self.leaders: dict[int, Colleague] = {}  # by unit

    def settle(self, *, guides: int, case_managers: int, coaches: int) -> None:
        """Add everybody but leaders, who come with what they lead."""
        self._organise()
        self._cast()
        for number in range(len(self.guides), max(guides, LEAST_GUIDES)):
            self.guides.append(self._somebody(Role.GUIDE, self._team(number, guides)))
        unit = self.ids[CASE_MANAGERS]
        for _ in range(len(self.case_managers), case_managers):
            self.case_managers.append(self._somebody(Role.CASE_MANAGER, unit))
        for _ in range(len(self.coaches), coaches):
            self.coaches.append(self._somebody(Role.JOB_COACH, self.ids[COACHES]))
        self._somebody(Role.MANAGER, self.ids[SOCIAL])
        self._somebody(Role.MANAGER, self.ids[GUIDES])

    def unit(self, name: str, parent_id: int) -> int:
        """Return a unit, new if the organisation has none of that name."""
        if name not in self.ids:
            owner_id = self.owners[parent_id]
            self._organisation(name, OrganisationKind.UNIT, parent_id, owner_id)
        return self.ids[name]

    def leader(self, unit_id: int) -> Colleague:
        """Return who leads what a unit runs."""
        if unit_id not in self.leaders:
            self.leaders[unit_id] = self._somebody(Role.ACTIVITY_LEADER, unit_id)
        return self.leaders[unit_id]

    def _organise(self) -> None:
        city = self._organisation(CITY, OrganisationKind.MUNICIPALITY, None)
        for kind, name, units in TREE:
            parent = city if kind == OrganisationKind.DEPARTMENT else None
            organisation = self._organisation(name, kind, parent)
            for unit in units:
                self.unit(unit, organisation)

    def _organisation(
        self, name: str, kind: str, parent_id: int | None, owner_id: int | None = None
    ) -> int:
        """Add an organisation; whoever is no unit answers for itself."""
        owner_id = owner_id or self.organisations.count + 1
        pk = self.organisations.add(
            name, kind, parent_id, owner_id, next(self.phones), self.town.order.today
        )
        self.ids[name], self.owners[pk] = pk, owner_id
        return pk

    def _cast(self) -> None:
        groups = {
            Role.GUIDE: self.guides,
            Role.CASE_MANAGER: self.case_managers,
            Role.JOB_COACH: self.coaches,
        }
        for one in CAST:
            user_id = self.users.add(
                one.email.partition("@")[0],
                one.email,
                one.first_name,
                one.last_name,
                next(self.phones),
                one.hours,
                self.town.order.password,
                self.began,
            )
            member = self._member(user_id, one.role, self.ids[one.unit], one.caseload_limit)
            if one.role in groups:
                groups[one.role].append(member)
            elif one.role == Role.ACTIVITY_LEADER:
                self.leaders[member.unit_id] = member

    def _team(self, number: int, guides: int) -> int:
        """Return the unit of a guide; two small ones in a small town, else ten in each."""
        size = TEAM if guides > 2 * TEAM else (guides + 1) // 2
        team = number // size
        name = (GUIDES, "Guiderna Norr")[team] if team < 2 else f"Guiderna {team + 1}"  # noqa: PLR2004
        return self.unit(name, self.ids[LABOUR])

    def _somebody(self, role: Role, unit_id: int) -> Colleague:
        first_name, last_name = words.full_name(self.town.dice)
        username = words.account_name(first_name, last_name, self.users.count + 1)
        user_id = self.users.add(
            username,
            f"{username}@example.org",
            first_name,
            last_name,
            next(self.phones),
            "",
            UNUSABLE,
            self.began,
        )
        return self._member(user_id, role, unit_id, LIMITS.get(role, 30))

    def _member(self, user_id: int, role: Role, unit_id: int, limit: int) -> Colleague:
        pledged = self.began[:10] if role in PEERS else None
        pk = self.memberships.add(user_id, str(role), unit_id, limit, self.began, pledged)
        return Colleague(pk, user_id, unit_id, self.owners[unit_id])
