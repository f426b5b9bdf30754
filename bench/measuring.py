"""Measure pages and their floors by turns, so that whatever else the machine does hits both."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench import belt, questions, weight
from portal.prepare import BASE_DIR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.pages import Page
    from bench.questions import Asked
    from bench.servers import Servers, Web

TURNS = 9
IN_A_TURN = 12
LOAD_SECONDS, LOAD_LINES = 6, 6


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of one request."""

    web: float
    database: float

    @property
    def total(self) -> float:
        return self.web + self.database


@dataclass(frozen=True)
class Measured:
    """A page, what it costs, and what its floor costs."""

    page: Page
    cost: Cost
    floor: Cost
    bare: Cost  # without row-level security
    size: int
    asked: Asked
    visit: tuple[int, int]

    @property
    def ratio(self) -> float:
        return self.cost.total / self.floor.total

    @property
    def belt(self) -> float:
        """What row-level security adds, as a share of the page without it."""
        return self.cost.total / self.bare.total - 1


def measure(servers: Servers, database: str, pages: Iterable[Page]) -> list[Measured]:
    """Serve the town with one worker and one thread, and measure each page."""
    with servers.web(database, workers=1, threads=1) as web:
        return [_measure(web, page) for page in pages]


def _measure(web: Web, page: Page) -> Measured:
    print(f"Measuring {page.name} ({page.code}).", flush=True)
    status, content = web.get(page.path, page.cookie, **{"X-Record": page.code})
    if status != 200:  # noqa: PLR2004
        message = f"{page.path} answers {status}"
        raise RuntimeError(message)
    is_floor = {"X-Floor": page.code}
    costs, floors, bare = zip(
        *((_turn(web, page), _turn(web, page, **is_floor), _bare(web, page)) for _ in range(TURNS)),
        strict=True,
    )
    return Measured(
        page,
        _middle(costs),
        _middle(floors),
        _middle(bare),
        len(content),
        questions.of(page),
        weight.first_visit(web, page.path, page.cookie),
    )


def cost(web: Web, page: Page) -> Cost:
    """Return what one page costs, without a floor beside it."""
    return _middle([_turn(web, page) for _ in range(TURNS)])


def _bare(web: Web, page: Page) -> Cost:
    with belt.off(web.servers, web.database):
        return _turn(web, page)


def _turn(web: Web, page: Page, **headers: str) -> Cost:
    for _ in range(2):
        web.get(page.path, page.cookie, **headers)
    before = web.cpu()
    for _ in range(IN_A_TURN):
        web.get(page.path, page.cookie, **headers)
    after = web.cpu()
    web_ms, database_ms = (
        (late - early) / IN_A_TURN for early, late in zip(before, after, strict=True)
    )
    return Cost(web_ms, database_ms)


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(median(one.web for one in costs), median(one.database for one in costs))


def requests_a_second(servers: Servers, database: str, path: str) -> float:
    """Let two workers answer one page as fast as they can; the asking runs on the same cores."""
    with servers.web(database, workers=2, threads=4) as web:
        web.get(path)
        asked = [sys.executable, "-m", "bench.load", path, str(LOAD_SECONDS), str(LOAD_LINES)]
        runs: list[float] = []
        for _ in range(3):
            told = subprocess.run(asked, cwd=BASE_DIR, capture_output=True, check=True)  # noqa: S603
            counted = json.loads(told.stdout)
            runs.append(counted["answers"] / counted["seconds"])
    return median(runs)
