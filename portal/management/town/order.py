"""What kind of town is wanted, and what is common to all who build it: dice, calendar, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.management.town.days import Days
from portal.management.town.dice import Dice
from portal.management.town.tables import Table

if TYPE_CHECKING:
    from datetime import date

    from django.db import models

YEAR = 365
AHEAD = 8 * 7  # days of sessions to come, as the opening hours are laid out
LONG_AGO = 400  # days since the staff began
UNUSABLE = "!"  # a stored password with which nobody can sign in
# The columns that every item has, but its kind of information.
ITEM = ("public_id", "participant_id", "owner_id", "author_id", "created_at")


@dataclass(frozen=True, slots=True)
class Order:
    """The same order makes the same town, row for row."""

    participants: int
    months: int
    seed: int
    today: date
    caseloads: tuple[int, ...] = ()  # of the first guides; the others get 25 to 30
    taking_part: float = 0.12  # of all people, by a timetable of their own
    password: str = UNUSABLE


class Town:
    """A town as it fills."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.dice = Dice(order.seed)
        self.horizon = max(order.months * 30, 30)  # days back
        first = -max(self.horizon, LONG_AGO) - 10
        self.days = Days(order.today, first=first, last=YEAR)
        self.tables: list[Table] = []

    def table(self, model: type[models.Model], *columns: str) -> Table:
        """Return the rows of a model, to be written with those of the others."""
        table = Table(model, *columns)
        self.tables.append(table)
        return table
