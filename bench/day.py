"""A town with 2,000 sessions on one day, and what *Idag* costs there: `python -m bench.day`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

import django
import psycopg

from bench.servers import Servers
from portal import prepare
from portal.processes import Children

if TYPE_CHECKING:
    from bench.measuring import Measured

SESSIONS, PARTICIPANTS = 2000, 1000
OF_EACH = 4  # sessions of one activity
# All columns but those that must differ: a new column needs no word here.
COLUMNS: LiteralString = """
SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_name = 'activities_activity'
  AND column_name NOT IN ('id', 'slug', 'name', 'sign_up', 'seats')
"""
ACTIVITIES: LiteralString = """
WITH model AS (
  SELECT *, row_number() OVER (ORDER BY id) - 1 AS turn, count(*) OVER () AS of_all
  FROM activities_activity
)
INSERT INTO activities_activity (slug, name, sign_up, seats, {columns})
SELECT 'dag-' || number, 'Dagens ' || number, false, NULL, {columns}
FROM generate_series(1, %s) number JOIN model ON model.turn = number %% model.of_all
"""
# Four of ten are open, five are to come before midnight, and one is cancelled: all on the board.
DAY: LiteralString = """
INSERT INTO activities_session
  (activity_id, starts_at, ends_at, guests, signed_up, cancel_reason, cancelled_at)
SELECT id, starts, greatest(starts, now()) + interval '5 hours' + number * interval '1 minute',
       0, 0, CASE number %% 10 WHEN 9 THEN 'WEATHER' ELSE '' END,
       CASE number %% 10 WHEN 9 THEN now() END
FROM (
  SELECT activity.id, row_number() OVER (ORDER BY activity.id, turn) AS number,
         CASE WHEN row_number() OVER (ORDER BY activity.id, turn) %% 10 < 4
              THEN now() - turn * interval '1 minute'
              ELSE now() + (((now() AT TIME ZONE 'Europe/Stockholm')::date + 1)::timestamp
                            AT TIME ZONE 'Europe/Stockholm' - now()) * (turn / 5.0) END AS starts
  FROM activities_activity activity CROSS JOIN generate_series(1, %s) turn
  WHERE activity.slug LIKE 'dag-%%'
) made
"""


@dataclass(frozen=True)
class Day:
    """What the fullest day costs."""

    sessions: int
    rate: float  # answers a second of the public Idag
    uncached: float  # milliseconds of CPU, when the page is drawn
    whole: float  # and one page of all that is open
    own: Measured


def main() -> None:
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
        from bench import __main__, report, town  # noqa: PLC0415 (Django comes first)

        name = f"town_{PARTICIPANTS}"
        town.ensure(servers, name, participants=PARTICIPANTS, caseloads="200")
        __main__.use(name)
        found = measure(servers, name)
        town.forget(servers, name)
        print("\n".join(report.of_the_day(found)))


def measure(servers: Servers, database: str) -> Day:
    """Fill the day of a town and measure: seconds, not minutes."""
    from bench import measuring, pages  # noqa: PLC0415 (Django comes first)

    sessions = fill(database)
    with servers.web(database, workers=1, threads=1) as web:
        visitor = "utseende=annat"  # a cookie that is not ours: the page is drawn for each
        uncached, whole = (
            measuring.cost(web, pages.Page("", "", path, visitor)).total
            for path in ("/idag/", "/idag/?visa=oppet")
        )
    (own,) = measuring.measure(servers, database, [pages.own_today("today_full")])
    rate = measuring.requests_a_second(servers, database, "/idag/")
    return Day(sessions, rate, uncached, whole, own)


def fill(database: str) -> int:
    """Let the town have 2,000 sessions that stand on the board of today."""
    with psycopg.connect(os.environ["MIGRATION_DATABASE_URL"], dbname=database) as owner:
        (columns,) = owner.execute(COLUMNS).fetchone() or ("",)
        number = SESSIONS // OF_EACH
        owner.execute(ACTIVITIES.replace("{columns}", columns), [number])
        made = owner.execute(DAY, [OF_EACH]).rowcount
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE activities_session, activities_activity")
        return made


if __name__ == "__main__":
    main()
