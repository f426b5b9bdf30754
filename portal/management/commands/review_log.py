"""Do what beat does each night, by hand: find what the rules ask about, and draw a month's lots."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from portal.pages.log import services

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Look through a month of the log for its reviewer; the lots are drawn once a month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", help="as 2026-11; else the month before this one")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            asked = options["month"]
            today = timezone.localdate()
            before = today.replace(day=1) - relativedelta(months=1)
            month = date.fromisoformat(f"{asked}-01") if asked else before
        except ValueError:
            message = "Write the month as 2026-11."
            raise CommandError(message) from None
        until = month + relativedelta(months=1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            hits = services.find_hits(
                since=midnight(month), until=midnight(until), many=settings.PORTAL_LOG_MANY
            )
            drawn = services.draw_sample(month=month, per_unit=settings.PORTAL_LOG_SAMPLE)
        self.stdout.write(f"{month:%Y-%m}: {hits} found by rules, {drawn} drawn by lot.")


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001
