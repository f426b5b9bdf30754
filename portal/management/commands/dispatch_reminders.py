"""Send what is due, without Celery and without a broker."""

from __future__ import annotations

import json
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from portal.reminders import dispatcher, planning

if TYPE_CHECKING:
    from argparse import ArgumentParser

BETWEEN = 1.0  # seconds
SWEEP = 600.0  # seconds between two looks for what nobody planned: without beat, nobody else does


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
        swept_at = -SWEEP
        while not ended.is_set():
            is_sweep = time.monotonic() - swept_at >= SWEEP
            if self.one_pass(ended, is_sweep=is_sweep) and is_sweep:
                swept_at = time.monotonic()
            ended.wait(BETWEEN)

    def one_pass(self, ended: threading.Event, *, is_sweep: bool) -> bool:
        """Run once; a database that is away is no reason to end."""
        close_old_connections()
        try:
            if is_sweep:
                planning.sweep()
            counts = dispatcher.run(is_ending=ended.is_set)
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"The database is away: {type(error).__name__}. Trying again.")
            return False
        if counts["claimed"]:
            self.stdout.write(json.dumps(counts))
            self.stdout.flush()
        return True
