"""What the run breaks, and how it stands up again: servers, workers, and due times."""

from __future__ import annotations

import random
import signal
import time
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection, transaction

from chaos import subjects
from portal.processes import end_group
from portal.reminders import times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

    from chaos.judge import Span
    from chaos.servers import Servers
    from portal.processes import Child

HOW = (signal.SIGINT, signal.SIGQUIT)  # PostgreSQL ends in order, or at once
WORKERS, BEATS = 3, 2
AWAY = 2.0  # seconds that the network is gone
NOON_TO_QUIET = 8 * 3600.0
MOVED, WITHDRAWN = 60, 4  # people, each time
# The evening before summer time begins, in winter time; what rests then is due on Sunday at ten.
EVE = date(2027, 3, 27)
BEGINS = datetime(2027, 3, 27, 20, 0, tzinfo=timezone(timedelta(hours=1)))
ENDS = datetime(2027, 3, 28, 10, 0, tzinfo=timezone(timedelta(hours=2)))
WRONG = """
SELECT count(*) FROM reminders_reminder WHERE status = 'PLANNED' AND due_at > '2027-01-01'
  AND (due_at, next_at) <> (timestamptz '{begins}', CASE kind
    WHEN 'chaos_by_day' THEN timestamptz '{ends}' ELSE timestamptz '{begins}' END)
"""
NOT_SENT_YET = f"""
SELECT s.id, s.due_at FROM chaos_subject s
JOIN reminders_reminder r ON r.subject_id = s.id AND r.status = 'PLANNED'
WHERE s.is_wanted AND s.not_after > now() + interval '1 hour'
ORDER BY random() LIMIT {MOVED}
"""  # noqa: S608 (a number of ours)
WANTED = f"SELECT id FROM chaos_subject WHERE is_wanted ORDER BY random() LIMIT {WITHDRAWN}"  # noqa: S608
CHANGE = """
UPDATE chaos_subject SET is_wanted = %s, due_at = coalesce(%s, due_at),
  not_after = coalesce(%s, not_after) WHERE id = %s
"""


class Scene:
    """The run's own servers and processes, and what it has done to them."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.chance = random.Random(servers.seed)  # noqa: S311 (a seed that the report names)
        self.workers: list[Child] = []
        self.beats: list[Child] = []
        self.unwanted: dict[int, list[Span]] = {}
        self.away: dict[int, tuple[float, datetime]] = {}  # moved: since when, and from which time
        self.wrong = 0  # rows that are due at another moment than the clock change makes it
        self.done: list[tuple[float, str]] = []  # the faults

    def noon(self) -> None:
        """Let it be noon on the wall."""
        self._show(NOON_TO_QUIET)

    def quiet_in(self, seconds: float) -> None:
        """Let the quiet begin so soon."""
        self.quiet_from = time.time() + seconds
        self._show(seconds)

    def _show(self, until_quiet: float) -> None:
        """Set the wall, here and in what is started from now on."""
        self.servers.offset = wall_offset(until_quiet)
        subjects.set_wall(self.servers.offset)

    def work(self) -> None:
        """Start the workers and the beats."""
        for _ in range(WORKERS):
            self.workers.append(self.servers.python("worker", "-m", "chaos.process", "worker"))
        for _ in range(BEATS):
            self.beats.append(self.servers.python("beat", "-m", "chaos.process", "beat"))

    def rest(self) -> None:
        """End them, as the night ends a day."""
        for child in (*self.workers, *self.beats):
            self.servers.children.end(child)
        self.workers, self.beats = [], []

    # What breaks, one every five seconds.

    def faults(self) -> Sequence[tuple[str, Callable[[], None]]]:
        return (
            ("a worker killed", self.kill_worker),
            ("Valkey restarted, empty", self.servers.empty_broker),
            (
                "PostgreSQL restarted",
                lambda: self.servers.restart_database(self.chance.choice(HOW)),
            ),
            ("the network to the providers cut", self.cut),
            ("due times moved over a DST night", self.jump),
        )

    def kill_worker(self) -> None:
        victim = self.workers.pop(self.chance.randrange(len(self.workers)))
        end_group(victim.process.pid)
        victim.process.wait()
        self.workers.append(self.servers.python("worker", "-m", "chaos.process", "worker"))

    def cut(self) -> None:
        for relay in self.servers.relays:
            relay.cut(AWAY)

    def jump(self) -> None:
        """Move some people's times to a night with 23 hours, and those of last time back."""
        back, self.away = self.away, {}
        self._replan(back, lambda pk: back[pk][1], wanted=True)
        now = time.time()
        for pk, (since, _due_at) in back.items():
            self.unwanted.setdefault(pk, []).append((since, now))
        some = self.servers.ask(NOT_SENT_YET)
        there = times.instant(EVE, times.QUIET_FROM)
        self._replan([pk for pk, _at in some], lambda _pk: there, wanted=True)
        self.away = {pk: (time.time(), at) for pk, at in some}
        ahead = timedelta(seconds=self.servers.offset)
        asked = WRONG.format(begins=BEGINS - ahead, ends=ENDS - ahead)
        [(wrong,)] = self.servers.ask(asked)
        self.wrong += wrong

    def come_back(self) -> None:
        """Move back whoever is away still."""
        back, self.away = self.away, {}
        self._replan(back, lambda pk: back[pk][1], wanted=True)
        for pk, (since, _due_at) in back.items():
            self.unwanted.setdefault(pk, []).append((since, time.time()))

    def withdraw(self) -> None:
        """Let some want it no more, sent or not."""
        rows = [one for one in self.servers.ask(WANTED) if one[0] not in self.away]
        self._replan([pk for (pk,) in rows], None, wanted=False)
        for (pk,) in rows:
            self.unwanted.setdefault(pk, []).append((time.time(), float("inf")))

    def _replan(
        self, pks: Iterable[int], when: Callable[[int], datetime] | None, *, wanted: bool
    ) -> None:
        """Change subjects and plan again, in one transaction, until the database has taken it."""
        pks = list(pks)
        while pks:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    for pk in pks:
                        cursor.execute(CHANGE, [wanted, *_times(when and when(pk)), pk])
                    subjects.plan(_with_kinds(cursor, pks))
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(0.2)
            else:
                return


def _times(due_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    return due_at, due_at and due_at + timedelta(hours=20)


def _with_kinds(cursor: CursorWrapper, pks: Sequence[int]) -> list[tuple[int, str]]:
    cursor.execute("SELECT id, kind FROM chaos_subject WHERE id = ANY(%s)", [list(pks)])
    return cursor.fetchall()


def wall_offset(quiet_in: float) -> float:
    """Return how far ahead the wall must be for the quiet to begin in so many whole seconds."""
    now = datetime.now(subjects.HERE)
    evening = now.replace(hour=20, minute=0, second=0, microsecond=0)
    ahead = round((evening - now).total_seconds() - quiet_in)
    return (ahead + 43_200) % 86_400 - 43_200
