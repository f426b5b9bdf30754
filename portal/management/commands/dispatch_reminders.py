"""Send what is due, without Celery and without a broker."""

from __future__ import annotations

import json
import math
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from portal.reminders import dispatcher, heartbeats, planning, reconciling, times, watching
from portal.tasks import NIGHT

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

BETWEEN = 1.0  # seconds


class Command(BaseCommand):
    help = "Send the reminders that are due; print a line of counts for each pass that found any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            action="store_true",
            help="go on, one pass a second: does the work when the broker is away",
        )

    def handle(self, *_args: Any, loop: bool, **_options: Any) -> None:
        if not loop:
            self.stdout.write(json.dumps(dispatcher.run()))
            return
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())  # the calls in hand are finished first
        house_keeping = HouseKeeping()
        while not ended.is_set():
            self.one_pass(ended, house_keeping)
            ended.wait(BETWEEN)

    def one_pass(self, ended: threading.Event, house_keeping: HouseKeeping) -> None:
        """Run once; a database that is away is no reason to end."""
        close_old_connections()
        try:
            house_keeping.do()
            counts = dispatcher.run(is_ending=ended.is_set)
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"The database is away: {type(error).__name__}. Trying again.")
            return
        if counts["claimed"]:
            self.stdout.write(json.dumps(counts))
            self.stdout.flush()


class HouseKeeping:
    """What beat asks for beside the sending, each at its own pace, and again after a failure."""

    def __init__(self) -> None:
        self.done = dict.fromkeys(PACES, -math.inf)

    def do(self) -> None:
        for act, pace in PACES.items():
            if time.monotonic() - self.done[act] >= pace:
                act()
                self.done[act] = time.monotonic()


def say_we_live() -> None:
    """Write the loop's heartbeat."""
    heartbeats.beat("loop")


def look_at_night() -> None:
    """Name what has no outcome, in the hour when the machine has little to do."""
    if times.local(planning.database_time()).hour == NIGHT:
        reconciling.at_night()


# Seconds between two times: without beat, nobody else does it.
PACES: dict[Callable[[], object], float] = {
    say_we_live: 15.0,
    planning.sweep: 600.0,
    watching.watch: 60.0,
    look_at_night: 600.0,
}
