"""Import activities and hours from CSV, iCalendar or schema.org, with a report of each row."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.services import activity_file
from activities.services.imports import Fate, Outcome, Report, import_activities
from portal.actor import system
from portal.management import files

LARGEST = 10  # megabytes


class Command(BaseCommand):
    help = (
        "Import activities and opening hours from a .csv with the headings"
        f" {';'.join(activity_file.HEADINGS)}, from an .ics, or from a .json of schema.org Events."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--unit", default="", help="who runs it, where the file does not say")
        parser.add_argument(
            "--partial", action="store_true", help="import the good rows though some are wrong"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        path, partial = options["file"], options["partial"]
        try:
            rows = activity_file.read(
                files.read(path, most=LARGEST),
                path.suffix.lower().removeprefix("."),
                unit=options["unit"],
            )
        except activity_file.Unreadable as unreadable:
            raise CommandError(str(unreadable)) from None
        report = import_activities(
            rows,
            by=system(_("Import of activities from a file")),
            today=timezone.localdate(),
            now=timezone.now(),
            partial=partial,
        )
        for row in report.rows:
            self.stdout.write(told(row))
        self.stdout.write(summary(report))
        wrong = report.count(Fate.WRONG)
        if wrong and not report.written:
            raise files.nothing_imported(wrong)


def told(row: Outcome) -> str:
    """Return the line of the report about a row of the file."""
    what = f"{row.fate.label}, {row.why}" if row.why else str(row.fate.label)
    said = {"number": row.number, "name": row.name or _("no name"), "what": what}
    return _("Row %(number)s, %(name)s: %(what)s") % said


def summary(report: Report) -> str:
    """Return how many rows came to what, and whether anything was written."""
    counts = {
        "new": report.count(Fate.NEW),
        "changed": report.count(Fate.CHANGED),
        "known": report.count(Fate.KNOWN),
        "wrong": report.count(Fate.WRONG),
    }
    text = _("%(new)s new, %(changed)s changed, %(known)s here already, %(wrong)s wrong.")
    end = _("The good ones are imported.") if report.written else _("Nothing was written.")
    return f"{text % counts} {end}"
