"""The figures as CSV, one row per unit and month: no names, nobody to work out, no formulas."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.pages.overview.figures import FEW
from portal.pages.overview.models import MonthFigures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # without it a Swedish Excel reads å as Ã¥
# What a spreadsheet takes for the start of a formula, also in full width.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001

COLUMNS = (
    "registered",
    "with_contact",
    "in_intake",
    "study_visit",
    "work_training",
    "internship",
    "studies",
    "subsidised",
    "ordinary",
    "contacts",
    "attendances",
    "sessions",
    "visits",
)
NOT_ABOUT_PEOPLE = {"sessions"}


def as_csv(rows: Iterable[MonthFigures]) -> str:
    """Write the rows for a Swedish spreadsheet: semicolons, everything quoted, UTF-8 with BOM."""
    written = StringIO()
    out = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    fields = {field.name: field.verbose_name for field in MonthFigures._meta.fields}
    words = [fields[name] for name in COLUMNS]
    out.writerow([safe(str(word)) for word in (_("Unit"), _("Month"), *words)])
    for month, of_month in groupby(rows, key=lambda row: row.month):
        units = list(of_month)
        columns = [said(name, [getattr(row, name) for row in units]) for name in COLUMNS]
        for row, figures in zip(units, zip(*columns, strict=True), strict=True):
            out.writerow([safe(row.unit.name), f"{month:%Y-%m}", *figures])
    return BOM + written.getvalue()


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, whatever stands in front of it."""
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(FORMULA) else text


def said(name: str, values: Sequence[int]) -> list[str]:
    """Return a column of one month in words; a figure about few people is not told."""
    if name in NOT_ABOUT_PEOPLE:
        return [str(value) for value in values]
    return [_("fewer than 5") if value < FEW else str(value) for value in values]
