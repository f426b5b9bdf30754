"""The figures as CSV, one row per unit and month: no names, nobody to work out, no formulas.

How many persons there are is rounded to the nearest five: the difference between two months, or
between a unit and the whole, then never tells of one person (domain.md R11).
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.pages.overview.figures import FEW
from portal.pages.overview.models import MonthFigures

if TYPE_CHECKING:
    from django.db.models import QuerySet

BOM = "\ufeff"  # without it a Swedish Excel reads å as Ã¥
# What a spreadsheet takes for the start of a formula, in full width and behind blanks too.
FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")  # noqa: RUF001

PERSONS = (
    "registered",
    "with_contact",
    "in_intake",
    "study_visit",
    "work_training",
    "internship",
    "studies",
    "subsidised",
    "ordinary",
)
COLUMNS = (*PERSONS, "contacts", "attendances", "sessions", "visits")
NOT_ABOUT_PEOPLE = {"sessions"}


def as_csv(figures: QuerySet[MonthFigures]) -> str:
    """Write figures for a Swedish spreadsheet: semicolons, everything quoted, UTF-8 with BOM."""
    written = StringIO()
    out = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    fields = {field.name: field.verbose_name for field in MonthFigures._meta.fields}
    titles = [_("Unit"), _("Month"), *(str(fields[name]) for name in COLUMNS)]
    out.writerow([safe(title) for title in titles])
    for unit, month, *numbers in figures.values_list("unit__name", "month", *COLUMNS):
        told = [said(name, number) for name, number in zip(COLUMNS, numbers, strict=True)]
        out.writerow([safe(unit), f"{month:%Y-%m}", *told])
    return BOM + written.getvalue()


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def said(name: str, number: int) -> str:
    """Return a figure in words; one about few people is not told, persons to the nearest five."""
    if number < FEW and name not in NOT_ABOUT_PEOPLE:
        return _("fewer than 5")
    return str((number + FEW // 2) // FEW * FEW if name in PERSONS else number)
