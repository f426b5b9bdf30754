"""The tables, with budget and verdict, as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bench.day import Day
    from bench.measuring import Measured
    from bench.reminders import Flow

MOST_QUERIES = 12
MOST_WRITES = 1  # the line in the log
BUFFERS, CPU = 1.1, 1.25  # what 100 times the people may add
BELT = 0.2  # what row-level security may add to a whole page
STAFF, PARTICIPANT = (120_000, 10), (60_000, 6)
OWN = "today"  # the page of a participant
SEED_SECONDS, PER_SECOND = 180, 300
REMINDERS_PER_SECOND, PLANNING_MS = 167, 5  # 100,000 in ten minutes


@dataclass(frozen=True)
class Town:
    """The seeded town that was measured."""

    participants: int
    rows: int
    seconds: float


@dataclass(frozen=True)
class Result:
    """Everything one run has found."""

    when: datetime
    machine: str
    town: Town
    pages: Sequence[Measured]
    small: Measured  # the list of the guide with 200 people, in a town of 1,000
    rate: float  # answers a second of the public Idag
    flow: Flow
    day: Day


def text(result: Result) -> str:
    """Return the report."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    town = result.town
    yield f"Run on {result.when:%Y-%m-%d %H:%M} on {result.machine}."
    yield f"A town of {town.participants:,} participants and {town.rows:,} rows."
    yield ""
    yield from _costs(result.pages)
    yield ""
    yield from _growth(result)
    yield ""
    yield from _belt(result.pages)
    yield ""
    yield from _weights(result.pages)
    yield ""
    yield "| What | Found | Budget | Verdict |"
    yield "|---|---:|---:|---|"
    rate = result.rate
    yield f"| Public Idag | {rate:.0f} a second | {PER_SECOND} | {_verdict(rate >= PER_SECOND)} |"
    most = SEED_SECONDS * town.participants / 100_000
    found = f"{town.seconds:.0f} s"
    yield f"| Seeding | {found} | {most:.0f} s | {_verdict(town.seconds <= most)} |"
    flow = result.flow
    is_fast = flow.per_second >= REMINDERS_PER_SECOND
    found = f"{flow.per_second:.0f} a second"
    yield f"| Reminders leave | {found} | {REMINDERS_PER_SECOND} | {_verdict(is_fast)} |"
    is_light = flow.planning_ms <= PLANNING_MS
    yield (
        f"| Planning a reminder | {flow.planning_ms:.1f} ms | {PLANNING_MS} ms"
        f" | {_verdict(is_light)} |"
    )
    yield ""
    yield from of_the_day(result.day)


def of_the_day(day: Day) -> Iterator[str]:
    """Yield what *Idag* costs on the fullest day."""
    yield f"A day with {day.sessions:,} sessions, all of them on the board:"
    yield ""
    yield from _costs([day.own])
    yield ""
    yield "| What | Found | Budget | Verdict |"
    yield "|---|---:|---:|---|"
    found = f"{day.rate:.0f} a second"
    yield f"| Public Idag | {found} | {PER_SECOND} | {_verdict(day.rate >= PER_SECOND)} |"
    yield f"| Public Idag, drawn anew | {day.uncached:.1f} ms of CPU | | |"
    yield f"| All that is open, a page of fifty, drawn anew | {day.whole:.1f} ms of CPU | | |"


def _costs(pages: Sequence[Measured]) -> Iterator[str]:
    yield (
        "| Page | CPU ms | web + PostgreSQL | Floor ms | Ratio | Budget | Queries | Buffers"
        " | HTML kB | Verdict |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    for one in pages:
        page, cost = one.page, one.cost
        budget = f"{page.most_ms:.0f} ms" if page.most_ms else f"{page.most:g} times"
        is_cheap = cost.total <= page.most_ms if page.most_ms else one.ratio <= page.most
        is_good = is_cheap and one.asked.queries <= MOST_QUERIES
        is_good = is_good and one.asked.writes <= MOST_WRITES
        yield (
            f"| {page.name} ({page.code}) | {cost.total:.1f} | {cost.web:.1f} + {cost.database:.1f}"
            f" | {one.floor.total:.1f} | {one.ratio:.2f} | {budget} | {one.asked.queries}"
            f" | {one.asked.buffers} | {one.size / 1000:.0f} | {_verdict(is_good)} |"
        )


def _belt(pages: Sequence[Measured]) -> Iterator[str]:
    yield "| Row-level security | With, ms | Without, ms | Adds | Aim | Verdict |"
    yield "|---|---:|---:|---:|---:|---|"
    for one in pages:
        yield (
            f"| {one.page.name} ({one.page.code}) | {one.cost.total:.1f} | {one.bare.total:.1f}"
            f" | {one.belt:+.0%} | {BELT:.0%} | {_verdict(one.belt <= BELT)} |"
        )


def _growth(result: Result) -> Iterator[str]:
    yield "| *Mina personer* grows | Queries | Plan | Buffers | CPU | Verdict |"
    yield "|---|---|---|---|---|---|"
    by_code = {one.page.code: one for one in result.pages}
    usual, huge = by_code["list"], by_code["list_huge"]
    people = f"{result.town.participants:,}"
    for what, less, more in (
        ("from 200 to 20,000 people in the caseload", usual, huge),
        (f"from 1,000 to {people} people in the town", result.small, usual),
    ):
        same_plan = less.asked.plans == more.asked.plans
        buffers = more.asked.own_buffers / less.asked.own_buffers
        cpu = more.cost.total / less.cost.total
        is_good = (
            same_plan
            and less.asked.queries == more.asked.queries
            and buffers <= BUFFERS
            and cpu <= CPU
        )
        yield (
            f"| {what} | {less.asked.queries} and {more.asked.queries}"
            f" | {'the same' if same_plan else 'another'}"
            f" | {less.asked.own_buffers} and {more.asked.own_buffers}"
            f" | {less.cost.total:.1f} and {more.cost.total:.1f} ms | {_verdict(is_good)} |"
        )


def _weights(pages: Sequence[Measured]) -> Iterator[str]:
    yield "| First visit | kB as sent | Requests | Budget | Verdict |"
    yield "|---|---:|---:|---|---|"
    for one in pages:
        size, requests = one.visit
        most_size, most_requests = PARTICIPANT if one.page.code == OWN else STAFF
        is_good = size <= most_size and requests <= most_requests
        yield (
            f"| {one.page.name} ({one.page.code}) | {size / 1000:.0f} | {requests}"
            f" | {most_size // 1000} kB, {most_requests} requests | {_verdict(is_good)} |"
        )


def _verdict(is_good: bool) -> str:  # noqa: FBT001
    return "kept" if is_good else "**missed**"
