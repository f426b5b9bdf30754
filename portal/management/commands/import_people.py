"""Import people from a municipality's CSV file, with a report of each row."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.services.imports import Fate, Outcome, Report, import_people
from participants.services.people_file import HEADINGS, Unreadable
from portal.actor import system
from portal.management import files

LARGEST = 50  # megabytes


class Command(BaseCommand):
    help = f"Import people from a file with the headings {';'.join(HEADINGS)}, in any order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument(
            "--partial", action="store_true", help="import the good rows though some are wrong"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        content = files.read(options["file"], most=LARGEST)
        purpose = _("Import of people from a file")
        try:
            report = import_people(
                content, by=system(purpose), now=timezone.now(), partial=options["partial"]
            )
        except Unreadable as unreadable:
            raise CommandError(str(unreadable)) from None
        for row in report.rows:
            self.stdout.write(told(row))
        self.stdout.write(summary(report))
        wrong = report.count(Fate.WRONG)
        if wrong and not (options["partial"] and wrong < len(report.rows)):
            raise files.nothing_imported(wrong)


def told(row: Outcome) -> str:
    """Return the line of the report about a row of the file."""
    what = str(row.fate.label)
    if row.why:
        what = f"{what}, {row.why}"
    elif row.fate == Fate.NEW and row.guide:
        what = f"{what}, {row.guide.user.name}"
    elif row.fate == Fate.NEW and row.unit:
        what = f"{what}, " + _("waits for a contact in %(unit)s") % {"unit": row.unit.name}
    told = {"number": row.number, "name": row.name or _("no name"), "what": what}
    return _("Row %(number)s, %(name)s: %(what)s") % told


def summary(report: Report) -> str:
    """Return how many rows came to what, and whether anything was written."""
    counts = {
        "new": report.count(Fate.NEW),
        "known": report.count(Fate.KNOWN),
        "doubles": report.count(Fate.DOUBLE),
        "wrong": report.count(Fate.WRONG),
    }
    text = _("%(new)s new, %(known)s here already, %(doubles)s possible doubles, %(wrong)s wrong.")
    end = _("The new ones are imported.") if report.written else _("Nothing was written.")
    return f"{text % counts} {end}"
