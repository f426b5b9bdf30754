"""Send what is due, without Celery and without a broker."""

from __future__ import annotations

import json
import logging
import math
import signal
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from portal.reminders import planning, times
from portal.reminders.operations import heartbeats, reconciling, watching
from portal.reminders.sending import dispatcher
from portal.tasks import NIGHT

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)
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
        work = Work(partial(self.one_pass, ended), ended)
        while not ended.is_set():
            work.go_on()
            ended.wait(BETWEEN)

    def one_pass(self, ended: threading.Event) -> None:
        """Send what is due; nothing that fails is a reason to end."""
        close_old_connections()
        try:
            counts = dispatcher.run(is_ending=ended.is_set)
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"The database is away: {type(error).__name__}. Trying again.")
            return
        except Exception as error:
            # without the traceback: what a query says of its error quotes values
            log.error("nothing sent: %s", type(error).__name__)  # noqa: TRY400
            return
        if counts["claimed"]:
            self.stdout.write(json.dumps(counts))
            self.stdout.flush()


class Work:
    """Send, and what beat asks for beside that: each at its own pace, and never in the way."""

    def __init__(self, send: Callable[[], None], ended: threading.Event) -> None:
        self.send, self.ended = send, ended
        # Seconds between two times: without beat, nobody else does it.
        self.light: dict[Callable[[], object], float] = {say_we_live: 15.0, watching.watch: 60.0}
        self.all = self.light | {self.sweep: 600.0, self.look_at_night: 600.0}
        self.done = dict.fromkeys(self.all, -math.inf)

    def go_on(self) -> None:
        """Send what is due, and then do one other thing at most."""
        self.send()
        self._do_next(self.all)

    def meanwhile(self) -> None:
        """Go on between two parts of what takes long, with all that may not wait for its end."""
        if self.ended.is_set():
            sys.exit()
        self.send()
        self._do_next(self.light)

    def _do_next(self, paces: Mapping[Callable[[], object], float]) -> None:
        """Do what has waited longest, if its time has come; what fails waits for its next turn."""
        now = time.monotonic()
        waited = {act: (now - self.done[act]) / pace for act, pace in paces.items()}
        act = max(waited, key=lambda one: waited[one])
        if waited[act] < 1:
            return
        self.done[act] = now
        try:
            act()
        except Exception as error:
            # without the traceback: what a query says of its error quotes values
            log.error("%s failed: %s", act.__name__, type(error).__name__)  # noqa: TRY400

    def sweep(self) -> None:
        planning.sweep(self.meanwhile)

    def look_at_night(self) -> None:
        """Name what has no outcome, in the hour when the machine has little to do."""
        if times.local(planning.database_time()).hour == NIGHT:
            reconciling.at_night(self.meanwhile)


def say_we_live() -> None:
    """Write the loop's heartbeat."""
    heartbeats.beat("loop")
