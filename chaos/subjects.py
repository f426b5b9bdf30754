"""What the run reminds of: rows of a table that only the run's own database has.

Three kinds, due at once: said at any hour, resting at night, and by SMS at any hour.
`join()` makes a process of the portal know them, and sets the clock on its wall: the quiet
begins while the run is on, whatever the hour is outside.
"""

from __future__ import annotations

import os
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from django.db import connection

from chaos.servers import OFFSET
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Address, Due, Message, ReminderKind
from portal.reminders.models import Channel, Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

HERE = times.STOCKHOLM
TABLE = """
CREATE TABLE chaos_subject (
  id bigint PRIMARY KEY, due_at timestamptz NOT NULL, not_after timestamptz NOT NULL,
  kind text NOT NULL, is_wanted boolean NOT NULL DEFAULT true
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
    """Return what a message needs to reach each: the way is that of its kind."""
    return {pk: Address(f"p{pk}@example.org", phone=f"+4670{pk:07}") for pk in ids}


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
BY_SMS = _kind("chaos_by_sms", rests=False)
KINDS = (AT_ANY_HOUR, BY_DAY, BY_SMS)


def plan(subjects: Iterable[tuple[int, str]]) -> None:
    """Plan those subjects, each by the way of its kind."""
    held = list(subjects)
    for kind in KINDS:
        way = Channel.SMS if kind is BY_SMS else Channel.EMAIL
        planning.plan(kind, [pk for pk, code in held if code == kind.code], channel=way)


def join() -> None:
    """Make this process one of the run: after `django.setup()`."""
    register()
    set_wall(float(os.environ[OFFSET]))


def register() -> None:
    """Make the kinds known, and where those live whom they are said to."""
    for kind in KINDS:
        kinds.register(kind)
    kinds.registry.addresses[RecipientKind.GUEST] = addresses


class Wall(tzinfo):
    """Stockholm's clock, summer time and all, so many seconds ahead of itself."""

    def __init__(self, ahead: float) -> None:
        self.ahead = timedelta(seconds=ahead)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        there = moment and moment.replace(tzinfo=HERE).utcoffset()
        return None if there is None else there + self.ahead

    def dst(self, moment: datetime | None) -> timedelta | None:
        return moment and moment.replace(tzinfo=HERE).dst()

    def tzname(self, _moment: datetime | None) -> str:
        return "the run's wall"

    def fromutc(self, moment: datetime) -> datetime:
        return HERE.fromutc((moment + self.ahead).replace(tzinfo=HERE)).replace(tzinfo=self)


def set_wall(ahead: float) -> None:
    """Let the wall of this process show another time than that of the world."""
    wall: Any = Wall(ahead)
    times.STOCKHOLM = wall
