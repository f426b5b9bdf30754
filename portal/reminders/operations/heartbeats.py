"""When each thing that shall never be silent was last heard, by the database's clock.

A name is a queue of Celery's, the loop without it, or something that is done each minute or night.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

DISPATCHERS = ("now", "reminders", "loop")  # any of them sends what is due
SWALLOWED = "nudges_swallowed"

BEAT = """
INSERT INTO reminders_heartbeat (name, at, counts) VALUES (%s, now(), %s::jsonb)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, counts = excluded.counts
"""
BEGIN = """
INSERT INTO reminders_heartbeat (name, at, counts) VALUES (%s, now(), '{}')
ON CONFLICT (name) DO NOTHING
"""
COUNT = """
INSERT INTO reminders_heartbeat AS held (name, at, counts) VALUES (%s, now(), '{"total": 1}')
ON CONFLICT (name) DO UPDATE SET at = excluded.at,
  counts = jsonb_build_object('total', (held.counts ->> 'total')::bigint + 1)
"""
ALL = "SELECT name, now() - at, counts FROM reminders_heartbeat"


def beat(name: str, counts: Mapping[str, object] | None = None) -> None:
    """Write that a thing is alive, and what it has counted."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [name, json.dumps(counts or {})])


def begin(name: str) -> None:
    """Let the silence of a thing be counted from now on, if it has never been heard."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [name])


def count_from_now(**_: object) -> None:
    """Count from when beat starts: where nothing was ever heard, nothing is silent yet."""
    for name in ("reminders", "watch"):
        begin(name)


def nudge_swallowed() -> None:
    """Count that the broker was away when somebody wanted to nudge a worker."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(COUNT, [SWALLOWED])


def heard() -> dict[str, tuple[timedelta, dict[str, object]]]:
    """Return for each name how long it has been silent, and what it counted last."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return {
            name: (silent, json.loads(counts) if isinstance(counts, str) else counts)
            for name, silent, counts in cursor.fetchall()
        }
