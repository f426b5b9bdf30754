"""Measure the outbox beside ten million old rows: `python -m bench.outbox`, about seven minutes.

The same looks and writes, first with nothing old, then with ten million ended reminders left in
the outbox; then how fast they move to where old ones lie.
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import TYPE_CHECKING

import django

from bench.servers import Servers
from portal import prepare
from portal.processes import Children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

MILLIONS = int(os.environ.get("BENCH_MILLIONS", "10"))
PER_MONTH = 400_000
MOVING = 30  # seconds
DUE, TURNS, PLANNED = 5_000, 25, 200
NAME = "outbox"
OLD = """
INSERT INTO reminders_reminder (public_id, kind, subject_id, recipient_kind, recipient_id,
  participant_id, due_at, next_at, not_after, priority, channel, status, reason, attempt, repeats,
  created_at, ended_at)
SELECT gen_random_uuid(), 'session_tomorrow', n, 'PARTICIPANT', n %% 100000, n %% 100000,
  at, at, at + interval '8 hours', 1, 'EMAIL', 'ACCEPTED', '', 1, 0, at, at
FROM generate_series(1 + %(from)s, %(from)s + 1000000) n,
LATERAL (SELECT now() - interval '91 days' - n * interval '0.1 minutes' AS at) moment
"""
LINES = """
INSERT INTO reminders_reminderattempt (reminder_id, lease_token, line, code, at)
SELECT id, public_id, 'ACCEPTED', '250', ended_at FROM reminders_reminder
WHERE kind = 'session_tomorrow' AND subject_id > %(from)s AND subject_id <= %(from)s + 1000000
"""
FALL_DUE = """
INSERT INTO reminders_reminder (public_id, kind, subject_id, recipient_kind, recipient_id,
  due_at, next_at, not_after, priority, channel, status, reason, attempt, repeats)
SELECT gen_random_uuid(), 'due', n, 'STAFF', n, now(), now(), now() + interval '8 hours', 1,
  'EMAIL', 'PLANNED', '', 0, 0 FROM generate_series(1, %s) n
"""
MOVE = "SELECT move_old_reminders(now() - interval '90 days', 2000)"


def main() -> None:
    os.chdir(prepare.BASE_DIR)
    with Children() as children:
        servers = Servers(children)
        os.environ.update(servers.environment(NAME))
        with servers.superuser() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        servers.postgresql.make_database(NAME)
        log = servers.home / "outbox.log"
        migrate = prepare.manage("migrate", "--skip-checks", "--verbosity=0")
        children.run("migrate", migrate, log=log, env=servers.environment(NAME))
        django.setup()
        with servers.superuser(NAME) as admin:
            for line in lines(admin):
                print(line, flush=True)
            admin.execute("SELECT 1")
        with servers.superuser() as admin:
            admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def lines(admin: psycopg.Connection) -> Iterator[str]:
    """Yield the table, a line as soon as it is known."""
    yield "| The outbox with | Claim of 16 | Planning of one | Figures | Size |"
    yield "|---|---:|---:|---:|---:|"
    admin.execute(FALL_DUE, [DUE])
    admin.execute("ANALYZE reminders_reminder")
    yield _line("nothing old", admin)
    admin.execute("SET session_replication_role = replica")  # no look at a key for each old row
    for million in range(MILLIONS):
        for statement in (OLD, LINES):
            admin.execute(statement, {"from": million * 1_000_000})
    admin.execute("SET session_replication_role = origin")
    for table in ("reminders_reminder", "reminders_reminderattempt"):
        admin.execute(f"VACUUM ANALYZE {table}")
    yield _line(f"{MILLIONS} million old rows", admin)
    began, moved = time.monotonic(), 0
    while (seconds := time.monotonic() - began) < MOVING:
        moved += admin.execute(MOVE).fetchone()[0]  # type: ignore[index]
    yield f"\nMoving: {moved / seconds:,.0f} rows a second."


def _line(what: str, admin: psycopg.Connection) -> str:
    from portal.context import Purpose, as_system  # noqa: PLC0415 (Django comes first)
    from portal.reminders.models import Channel  # noqa: PLC0415
    from portal.reminders.operations import figures  # noqa: PLC0415
    from portal.reminders.sending import claims  # noqa: PLC0415

    def claim() -> None:
        with as_system(Purpose.REMINDERS):
            claims.take([Channel.EMAIL], 16)

    def count() -> None:
        with as_system(Purpose.REMINDERS):
            figures.since(_week_ago())

    size = admin.execute(
        "SELECT pg_size_pretty(pg_total_relation_size('reminders_reminder')"
        " + pg_total_relation_size('reminders_reminderattempt'))"
    ).fetchone()
    claiming, planning, counting = _median(claim), _planning(), _median(count)
    found = (f"{ms:.1f} ms" for ms in (claiming, planning, counting))
    return f"| {what} | {' | '.join(found)} | {size[0]} |"  # type: ignore[index]


def _planning() -> float:
    """Plan one after the other, as a change of one subject does."""
    import json  # noqa: PLC0415
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415
    from itertools import count  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415

    from portal.context import Purpose, as_system  # noqa: PLC0415

    numbers = count(time.time_ns() // 1000)
    at = datetime.now(UTC) + timedelta(days=1)

    def plan() -> None:
        pk = next(numbers)
        row = {"subject_id": pk, "recipient_kind": "STAFF", "recipient_id": pk}
        moments = {"due_at": at, "next_at": at, "not_after": at + timedelta(hours=8)}
        wanted = [row | {name: moment.isoformat() for name, moment in moments.items()}]
        with as_system(Purpose.REMINDERS), connection.cursor() as cursor:
            cursor.execute(
                "SELECT plan_reminders(%s, %s, %s::smallint, %s, %s::jsonb)",
                ["planned", [pk], 1, "EMAIL", json.dumps(wanted)],
            )

    return _median(plan, PLANNED)


def _week_ago():
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    return timezone.now() - timedelta(days=7)


def _median(run: Callable[[], None], turns: int = TURNS) -> float:
    took = []
    for _ in range(turns):
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    main()
