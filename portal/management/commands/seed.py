"""Build an invented town of any size in an empty database."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from portal.invented import PASSWORD
from portal.management.town.building import NotEmpty, build, count_figures
from portal.management.town.order import UNUSABLE, Order

LEAST, MOST = 120, 5_000_000
MOST_MONTHS = 120
SALT = "the-invented-town"


class Command(BaseCommand):
    help = "Build an invented town of any size in an empty database; the same seed, the same town."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--participants", type=int, default=1000, help=f"from {LEAST}")
        parser.add_argument("--months", type=int, default=24, help="how long the town has lived")
        parser.add_argument("--seed", type=int, default=1, help="another number, another town")
        parser.add_argument("--today", help="the day it is in town, as 2026-12-01; else today")
        parser.add_argument(
            "--caseloads", default="", help="people of the first guides, as 200,20000"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        order = self.order(options)
        try:
            counts = build(order, say=self.say)
        except NotEmpty:
            message = "There are accounts in this database already. Seed an empty one."
            raise CommandError(message) from None
        self.say("Counting figures, and tidying up.")
        tidy(counts)
        count_figures(order.today)
        rows = sum(counts.values())
        self.say(f"{rows:,} rows in {time.monotonic() - began:.0f} s.")

    def order(self, options: dict[str, Any]) -> Order:
        """Read the order, or say in a sentence what is wrong with it."""
        number, months = options["participants"], options["months"]
        if not LEAST <= number <= MOST:
            message = f"Choose from {LEAST} to {MOST} participants."
            raise CommandError(message)
        if not 1 <= months <= MOST_MONTHS:
            message = f"Choose from 1 to {MOST_MONTHS} months."
            raise CommandError(message)
        sizes = options["caseloads"]
        try:
            today = date.fromisoformat(options["today"] or str(timezone.localdate()))
            caseloads = tuple(int(size) for size in sizes.split(",") if size)
        except ValueError:
            message = "Write the day as 2026-12-01 and caseloads as 200,20000."
            raise CommandError(message) from None
        if sum(caseloads) > number / 2:
            message = "The caseloads may be at most half of the town."
            raise CommandError(message)
        return Order(
            number, months, options["seed"], today, caseloads=caseloads, password=password()
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)


def password() -> str:
    """Return the demo's password as it is stored; outside a demo one that nobody can use."""
    if settings.PORTAL_DEMO or settings.DEBUG:
        return make_password(PASSWORD, salt=SALT)
    return UNUSABLE


def tidy(tables: dict[str, int]) -> None:
    """Mark the pages of the tables as clean, as readers would do one by one."""
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"VACUUM {name}")
        cursor.execute("VACUUM (ANALYZE) portal_access, participants_caseload")
