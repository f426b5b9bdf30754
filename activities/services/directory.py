"""Count what was looked for and not found: a number, and nobody who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import date

    from activities.directory import Wanted
    from activities.models import Topic

ONE_MORE = """
INSERT INTO activities_unmetdemand
  ("on", topic, kind, "group", threshold, evening, no_decision, free, not_authority, number)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1)
ON CONFLICT ("on", topic, kind, "group", threshold, evening, no_decision, free, not_authority)
DO UPDATE SET number = activities_unmetdemand.number + 1
"""


def count_unmet(*, wanted: Wanted, on: date, topic: Topic | None = None) -> None:
    """Add one; the words that were typed are left where they are, in the address of the page."""
    asked = (str(one) for one in (topic or "", wanted.kind, wanted.group, wanted.door))
    rest = (wanted.evening, wanted.no_decision, wanted.free, wanted.not_authority)
    with connection.cursor() as cursor:
        cursor.execute(ONE_MORE, [on, *asked, *rest])
