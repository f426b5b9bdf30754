"""Keep the outbox small: what has ended long ago lies in a table of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 90  # days, in the outbox, with each of its tries
AT_ONCE = 2000  # rows in a transaction
MOVE = "SELECT move_old_reminders(now() - make_interval(days => %s), %s)"


def move_old(seconds: float, *, clock: Callable[[], float] = time.monotonic) -> int:
    """Move what is old, some at a time, for so long at most; return how many rows."""
    until, moved = clock() + seconds, 0
    while clock() < until:
        with connection.cursor() as cursor:
            cursor.execute(MOVE, [KEPT, AT_ONCE])
            some = int(cursor.fetchone()[0])
        moved += some
        if some < AT_ONCE:
            break
    return moved
