"""What the run reminds of: rows of a table that only the run's own database has.

Two kinds, due at once: one that is said at any hour, and one that rests at night. `join()` makes a
process of the portal know them, and sets the clock on its wall: the quiet begins while the run is
on, whatever the hour is outside.
"""

from __future__ import annotations

import os
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from django.db import connection

from chaos.servers import OFFSET
from portal.reminders import kinds, times
from portal.reminders.kinds import Address, Due, Message, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection

TABLE = """
CREATE TABLE chaos_subject (
  id bigint PRIMARY KEY, due_at timestamptz NOT NULL, not_after timestamptz NOT NULL,
  rests boolean NOT NULL, is_wanted boolean NOT NULL DEFAULT true
);
GRANT SELECT, UPDATE ON chaos_subject TO portal_app;
"""
WANTED = "SELECT id, due_at, not_after FROM chaos_subject WHERE id = ANY(%s) AND is_wanted"


def due(ids: Collection[int]) -> dict[int, Due]:
    with connection.cursor() as cursor:
        cursor.execute(WANTED, [list(ids)])
        return {pk: Due(at, not_after) for pk, at, not_after in cursor.fetchall()}


def recipients(ids: Collection[int]) -> dict[int, list[kinds.Recipient]]:
    return {pk: [kinds.guest(pk)] for pk in ids}


def addresses(ids: Collection[int]) -> dict[int, Address]:
    return {pk: Address(f"p{pk}@example.org") for pk in ids}


def _kind(code: str, *, rests: bool) -> ReminderKind:
    return ReminderKind(
        code=code,
        name=code,
        due=due,
        recipients=recipients,
        text=lambda _due, _recipient: Message("Hej", "Hej! Det här är ett prov."),
        soon=lambda _today: (),
        rests=rests,
        priority=Priority.NOW,
    )


AT_ANY_HOUR, BY_DAY = _kind("chaos", rests=False), _kind("chaos_by_day", rests=True)


def join() -> None:
    """Make this process one of the run: after `django.setup()`."""
    register()
    set_wall(float(os.environ[OFFSET]))


def register() -> None:
    """Make the kinds known, and where those live whom they are said to."""
    for kind in (AT_ANY_HOUR, BY_DAY):
        kinds.register(kind)
    kinds.registry.addresses[RecipientKind.GUEST] = addresses


def set_wall(offset: float) -> None:
    """Let the wall of this process show another time than that of the world."""
    wall: Any = timezone(timedelta(seconds=offset))
    times.STOCKHOLM = wall
