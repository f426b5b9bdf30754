"""The second belt: policies that let PostgreSQL itself show a row only within reach.

Made of the same words as portal/access.py, and asked of every statement that `portal_app` sends,
so a view with a forgotten `visible_to` shows nothing instead of everything. They stop forgotten
filters, not SQL injection: who can send SQL can also claim to be somebody else (docs/security.md).

One policy a table, for reading and writing alike: what one may not read, one may not write. A
second one lets in the system's own work, without a user and for a purpose that the table names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations import RunSQL

from portal import access
from portal.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.context import Purpose

ACTING = tuple(
    f"nullif(current_setting('app.{named}', true), '')::bigint"
    for named in ("user_id", "membership_id")
)
USER, MEMBERSHIP = (f"(SELECT {one})" for one in ACTING)  # once a statement, not once a row
WITHIN, BY_PURPOSE = "within_reach", "by_purpose"
UNIT = f"(SELECT unit_id FROM portal_membership WHERE id = {MEMBERSHIP})"  # noqa: S608 (ours)


# What whoever acts holds at this moment. The view is the owner's, so that a policy that asks it is
# not planned together with the policy of `Access`, which cost more than to read the rows.
HELD = "FROM held_access held WHERE true"


def asked(condition: str, *columns: str) -> str:
    """Return a condition of portal/access.py on a table's columns, asked for whoever acts."""
    return condition.replace(access.GROUNDS, HELD).format(*columns)


def item(table: str) -> str:
    """Return: the item's person, kind and owner are within reach."""
    return asked(access.ITEM, *(f"{table}.{column}" for column in access.ITEM_COLUMNS))


def person() -> str:
    """Return, for the table of persons: this one is within reach, if only by name."""
    return asked(access.person_within(Level.NAME), *person_columns("participants_participant"))


def person_columns(table: str) -> tuple[str, ...]:
    return tuple(f"{table}.{column}" for column in ("id", "unit_id", "in_intake", "user_id"))


def of_a_person(table: str, level: Level = Level.NAME) -> str:
    """Return: the row is about a person within reach; by name alone, the person's policy says."""
    if level == Level.NAME:
        return (
            "EXISTS (SELECT FROM participants_participant person"
            f" WHERE person.id = {table}.participant_id)"
        )
    held = f"{access.HELD} AND held.level >= {int(level)} AND held.participant_id = {{0}})"
    return asked(held, f"{table}.participant_id")


def taking_part(table: str, activity: str) -> str:
    """Return: the item is about taking part in what the actor's own unit runs.

    `activity` is the condition that ties the row to `activity.id`.
    """
    ground = asked(access.TAKING_PART, f"{table}.participant_id")
    own = f"activity.organiser_id = {UNIT}"
    return f"{ground} AND EXISTS (SELECT FROM {activity} AND {own})"


class Protect(RunSQL):
    """Close a table to all but those whom the condition lets in, and the system for a purpose."""

    def __init__(self, table: str, condition: str, *, system: Iterable[Purpose] = ()) -> None:
        self.table, self.condition, self.system = table, condition, tuple(system)
        closed = f"ALTER TABLE {table} {{}} ROW LEVEL SECURITY;"
        super().__init__(
            closed.format("ENABLE") + self.within_reach() + self.by_purpose(),
            f"DROP POLICY IF EXISTS {BY_PURPOSE} ON {table}; DROP POLICY {WITHIN} ON {table};"
            + closed.format("DISABLE"),
        )

    def within_reach(self) -> str:
        """Return the SQL of the policy for those who act."""
        using = self.for_somebody()
        return f"CREATE POLICY {WITHIN} ON {self.table} TO portal_app USING ({using});"

    def for_somebody(self) -> str:
        """Return the condition for who acts; the system must not get in through another table."""
        return f"{USER} IS NOT NULL AND ({self.condition})"

    def by_purpose(self) -> str:
        """Return the SQL of the policy for the system's own work; no purpose, no policy."""
        if not self.system:
            return ""
        purposes = ", ".join(f"'{purpose}'" for purpose in self.system)
        asked_for = f"(SELECT current_setting('app.purpose', true) IN ({purposes}))"
        return f"CREATE POLICY {BY_PURPOSE} ON {self.table} TO portal_app USING ({asked_for});"
