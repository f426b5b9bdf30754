"""Run it: `make chaos`, five minutes at most; exit 1 when something does not hold."""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import django

from chaos import shapes
from chaos.servers import Servers
from portal import prepare
from portal.processes import Children

if TYPE_CHECKING:
    from chaos.scene import Scene

SIZE = int(os.environ.get("CHAOS_SIZE", "20000"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "150"))  # of faults, at most
EVERY = 5.0  # seconds between two of them
AFTER = 60.0  # seconds for what is left, when nothing breaks any more
QUIET_AFTER = 60.0  # seconds until it is 20.00 on the run's wall
SUBJECTS = """
INSERT INTO chaos_subject (id, due_at, not_after, kind)
SELECT id, %(now)s, CASE WHEN id %% 40 = 1 THEN %(now)s + (45 + id %% 120) * interval '1 second'
  WHEN id %% 20 = 0 THEN %(now)s + interval '9 hours' ELSE %(now)s + interval '20 hours' END,
  CASE WHEN id %% 10 = 0 THEN 'chaos_by_day' WHEN id %% 6 = 1 THEN 'chaos_by_sms' ELSE 'chaos' END
FROM generate_series(1, %(size)s) id
"""
LEFT = """
SELECT count(*) FILTER (WHERE kind <> 'chaos_by_day'), count(*) FROM reminders_reminder
WHERE status IN ('PLANNED', 'SENDING') AND due_at < now() + interval '1 day'
"""
ROWS = """
SELECT '<' || public_id || '@example.org>', subject_id, status, reason,
  (SELECT count(*) FROM reminders_reminderattempt a
   WHERE a.reminder_id = r.id AND line = 'ACCEPTED') - repeats
FROM reminders_reminder r
"""


def main() -> int:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))  # noqa: S311 (no secret)
    os.chdir(prepare.BASE_DIR)
    began = time.monotonic()
    with TemporaryDirectory(prefix="chaos-") as home, Children() as children:
        Path(home).chmod(0o711)
        servers = Servers(Path(home), children, seed)
        servers.start()
        os.environ.update(servers.environment())
        django.setup()
        from chaos import report, scene  # noqa: PLC0415 (Django comes first)

        run = scene.Scene(servers)
        run.noon()
        result = report.Run(seed, SIZE)
        prepare_database(servers)
        faults(run)
        morning(run)
        result.judge(run)
        run.rest()
        if "--main-only" not in sys.argv:
            result.shapes = shapes.run_all(Path(home), children, seed)
        result.seconds = time.monotonic() - began
    print(result.text())
    if "--write" in sys.argv:
        result.write()
    return 0 if result.holds else 1


def prepare_database(run: Servers) -> None:
    """Migrate, and plan what is due: all of it at once."""
    log = run.home / "migrate.log"
    migrate = prepare.manage("migrate", "--skip-checks", "--verbosity=0")
    run.children.run("migrate", migrate, log=log, env=run.environment())
    from chaos import subjects  # noqa: PLC0415

    subjects.register()
    with run.superuser() as admin:
        admin.execute(subjects.TABLE)
        admin.execute(SUBJECTS, {"now": datetime.now(UTC), "size": SIZE})
        made = admin.execute("SELECT id, kind FROM chaos_subject").fetchall()
    for some in batched(made, 500):
        subjects.plan(some)


def faults(run: Scene) -> None:
    """Break something every five seconds, until all has left or the time is up."""
    run.quiet_in(QUIET_AFTER)
    run.work()
    until = time.monotonic() + AFTER
    while not run.servers.letters.stat().st_size and time.monotonic() < until:
        time.sleep(0.3)  # nothing can break that has not come up
    began = time.monotonic()
    order: list[tuple[str, object]] = []
    while time.monotonic() < began + SECONDS and open_rows(run)[0]:
        if not order:
            order = list(run.faults())
            run.chance.shuffle(order)
        name, act = order.pop()
        run.done.append((time.time(), name))
        act()  # type: ignore[operator]
        until = run.done[-1][0] + EVERY
        while (left := until - time.time()) > 0:
            run.withdraw()
            time.sleep(min(0.8, left))
    run.come_back()
    run.ended = time.time()
    until = time.monotonic() + AFTER
    while open_rows(run)[0] and time.monotonic() < until:
        time.sleep(0.3)


def open_rows(run: Scene) -> tuple[int, int]:
    """Return how many rows that do not rest are open, and how many of all."""
    [(awake, all_of_them)] = run.servers.ask(LEFT)
    return awake, all_of_them


def morning(run: Scene) -> None:
    """Let it be noon on the wall: what has waited for the morning leaves."""
    run.rest()
    run.morning = time.time()
    run.noon()
    run.servers.ask(
        "UPDATE reminders_reminder SET next_at = now() WHERE status = 'PLANNED' RETURNING 1"
    )
    run.work()
    until = time.monotonic() + AFTER
    while open_rows(run)[1] and time.monotonic() < until:
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
