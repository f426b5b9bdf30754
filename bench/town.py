"""A seeded town for the bench: made anew when the tables, the size or the day have changed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from django.utils import timezone

from portal import prepare

if TYPE_CHECKING:
    from bench.servers import Servers

MONTHS, SEED = 24, 1


def ensure(servers: Servers, name: str, *, participants: int, caseloads: str) -> tuple[float, int]:
    """Return how long the seeding took and how many rows it made, today or earlier today."""
    today = timezone.localdate()
    mark = f"{prepare.schema()[:12]}_{participants}_{caseloads}_{today}"
    with servers.superuser() as admin:
        known = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
        if known is None or not (known[0] or "").startswith(mark):
            print(f"Seeding {participants} participants.", flush=True)
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            seconds, rows = _seed(servers, name, participants, caseloads)
            admin.execute(f"COMMENT ON DATABASE {name} IS '{mark} {seconds:.0f} {rows}'")
            return seconds, rows
    _mark, seconds, rows = known[0].split()
    return float(seconds), int(rows)


def forget(servers: Servers, name: str) -> None:
    """Let the next run make a town anew, after something has changed it."""
    with servers.superuser() as admin:
        admin.execute(f"COMMENT ON DATABASE {name} IS NULL")


def _seed(servers: Servers, name: str, participants: int, caseloads: str) -> tuple[float, int]:
    env, log = servers.environment(name), servers.home / "seed.log"
    servers.postgresql.make_database(name)
    migrate = prepare.manage("migrate", "--skip-checks", "--verbosity=0")
    servers.children.run("migrate", migrate, log=log, env=env)
    began = time.monotonic()
    seed = prepare.manage(
        *("seed", f"--participants={participants}", f"--months={MONTHS}", f"--seed={SEED}"),
        *(f"--caseloads={caseloads}", "--skip-checks"),
    )
    servers.children.run("seed", seed, log=log, env=env)
    told = re.findall(r"([\d,]+) rows in", log.read_text())
    return time.monotonic() - began, int(told[-1].replace(",", ""))
