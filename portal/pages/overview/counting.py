"""Count what has changed since the last count; the rule is SQL, in migration 0002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from datetime import date

LONG = "SET LOCAL statement_timeout = '50s'"  # the role's own limit is for pages


def count(*, today: date, anew: bool = False) -> bool:
    """Bring the figures up to date; return False when another worker is counting already.

    `anew` forgets all and counts every month: after a bulk load, which switches the triggers off.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LONG)
        cursor.execute("SELECT count_figures(%s, %s)", [today, anew])
        counted: bool = cursor.fetchone()[0]
    return counted
