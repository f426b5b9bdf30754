"""Tell PostgreSQL who acts, for the length of a transaction; the policies ask there.

The settings end with the transaction, so a pooled connection never carries them to somebody else
(reliability.md 4.2). Without an actor, and without a purpose, no policy lets a row through.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.actor import Actor


class Purpose(StrEnum):
    """What the system does by itself; a table names those that may reach its rows."""

    IMPORT = "import"
    REMINDERS = "reminders"  # to plan, to judge and to send them
    RETENTION = "retention"  # to carry out what two have decided
    SESSIONS = "sessions"  # to lay out, and to forget, what happens at the activities
    TEAM = "team"  # to register somebody, and to move the question between colleagues


# One statement: what was there before is read first, so that it can be put back.
TELL = """
WITH before AS MATERIALIZED (
  SELECT current_setting('app.user_id', true) AS user_id,
         current_setting('app.membership_id', true) AS membership_id,
         current_setting('app.purpose', true) AS purpose
)
SELECT coalesce(user_id, ''), coalesce(membership_id, ''), coalesce(purpose, ''),
  set_config('app.user_id', %s, true), set_config('app.membership_id', %s, true),
  set_config('app.purpose', %s, true)
FROM before
"""
AS_SYSTEM = "SELECT set_config('app.purpose', %s, true); "  # in front of a statement sent alone


def act_as(actor: Actor) -> None:
    """Let the rest of the transaction act as this actor; nobody is no user, and sees no rows."""
    mine = (str(actor.user_id), str(actor.membership_id)) if actor.user else ("", "")
    _tell(*mine, "")


@contextmanager
def as_system(purpose: Purpose, *, savepoint: bool = True) -> Iterator[None]:
    """Act without a user, for a purpose, in a transaction; then go on as whoever acted before.

    What only reads needs no `savepoint` of its own inside the page's transaction.
    """
    with transaction.atomic(savepoint=savepoint):
        before = _tell("", "", purpose)
        yield
        _tell(*before)


def _tell(user_id: str, membership_id: str, purpose: str) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [user_id, membership_id, purpose])
        user, membership, before, *_set = cursor.fetchone()
    return user, membership, before
