"""Lay out sessions now, for cron, for a new town and for rescue; beat does it every hour."""

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from activities.services import hours

MOST_WEEKS = 52


class Command(BaseCommand):
    help = "Make the sessions of the coming weeks what the opening hours say; safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", help="first day, as 2026-12-01; else today")
        parser.add_argument("--weeks", type=int, default=8, help="how far ahead; else 8")

    def handle(self, *_args: Any, **options: Any) -> None:
        weeks = options["weeks"]
        if not 0 < weeks <= MOST_WEEKS:
            message = f"Choose from 1 to {MOST_WEEKS} weeks."
            raise CommandError(message)
        today = self.first_day(options["first"])
        last = today + timedelta(weeks=weeks)
        counts = hours.lay_out(today=today, now=timezone.now(), last=last)
        self.stdout.write(json.dumps(counts))

    def first_day(self, written: str | None) -> date:
        if written is None:
            return timezone.localdate()
        try:
            return date.fromisoformat(written)
        except ValueError:
            message = f"Write the first day as 2026-12-01, not as {written}."
            raise CommandError(message) from None
