"""Measure the portal on a seeded town: `make bench`, or BENCH=large make bench for a million."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import django

from bench.servers import Servers
from portal import prepare
from portal.processes import Children

if TYPE_CHECKING:
    from bench.report import Result

REPORT = prepare.BASE_DIR / "docs" / "bench.md"
NUMBERS = "<!-- numbers -->\n"
SMALL = 1000


def main() -> None:
    participants = 1_000_000 if os.environ.get("BENCH") == "large" else 100_000
    os.chdir(prepare.BASE_DIR)
    with Children() as children:
        servers = Servers(children)
        os.environ.update(servers.environment("postgres"))
        django.setup()
        prepare.texts()
        prepare.static_files(
            children,
            root=prepare.BASE_DIR / "staticfiles",
            log=servers.home / "collectstatic.log",
            env=os.environ,
        )
        result = run(servers, participants)
    from bench import report  # noqa: PLC0415 (Django comes first)

    told = report.text(result)
    print(f"\n{told}")
    if "--write" in sys.argv:
        head, _, _old = REPORT.read_text().partition(NUMBERS)
        REPORT.write_text(f"{head}{NUMBERS}\n{told}")


def run(servers: Servers, participants: int) -> Result:
    from bench import day, measuring, pages, reminders, report, town  # noqa: PLC0415 (Django comes first)

    large, small = f"town_{participants}", f"town_{SMALL}"
    seconds, rows = town.ensure(servers, large, participants=participants, caseloads="200,20000")
    town.ensure(servers, small, participants=SMALL, caseloads="200")
    use(small)
    (in_small,) = measuring.measure(servers, small, list(pages.caseloads())[:1])
    use(large)
    measured = measuring.measure(servers, large, list(pages.all_pages()))
    rate = measuring.requests_a_second(servers, large, "/idag/")
    use(small)
    flow = reminders.measure(servers, small)
    fullest = day.measure(servers, small)
    town.forget(servers, small)
    return report.Result(
        datetime.now(UTC).astimezone(),
        f"{platform.machine()} with {os.cpu_count()} cores, Python {platform.python_version()}",
        report.Town(participants, rows, seconds),
        measured,
        in_small,
        rate,
        flow,
        fullest,
    )


def use(database: str) -> None:
    """Let Django in this process speak with another database."""
    from django.db import connection  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = database


if __name__ == "__main__":
    main()
