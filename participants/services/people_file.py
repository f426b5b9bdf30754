"""Read the file of people that a municipality exports: semicolons, headings in any order.

Nothing here knows the database. What is wrong with the file as a whole is said in one sentence,
what is wrong with a row is said about the row.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from participants.models import Protection
from participants.services import personal_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from participants.services.personal_numbers import Number

NUMBER, FIRST, LAST, MOBILE = "Personnummer", "Förnamn", "Efternamn", "Mobil"
EMAIL, UNIT, GUIDE, START = "E-post", "Enhet", "Guide (e-post)", "Startdatum"
PROTECTED = "Skyddad"
HEADINGS = (NUMBER, FIRST, LAST, MOBILE, EMAIL, UNIT, GUIDE, START, PROTECTED)
REQUIRED = (FIRST, LAST, UNIT)
PROTECTIONS = {
    "sekretessmarkering": Protection.MARKED,
    "skyddad folkbokföring": Protection.REGISTRATION,
    "fingerade uppgifter": Protection.ASSUMED,
}
LONGEST_NAME = 100
EARLIEST = date(1990, 1, 1)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is the sentence that says why."""


class Wrong(Exception):
    """A row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as it stands there, by heading; `surplus` holds what no heading names."""

    number: int
    cells: dict[str, str]
    surplus: bool = False

    @property
    def name(self) -> str:
        """Return the name as far as it is written."""
        return f"{self.cells.get(FIRST, '')} {self.cells.get(LAST, '')}".strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row whose cells hold what they should."""

    first_name: str
    last_name: str
    mobile: str
    email: str
    unit: str
    guide: str
    started_on: date | None
    number: Number | None
    protection: Protection


def lines(content: bytes) -> list[Line]:
    """Split a file into rows, whatever program has written it."""
    reader = csv.reader(io.StringIO(_decode(content), newline=""), delimiter=";", strict=True)
    try:
        headings = _headings(next(reader, []))
        return list(_rows(reader, headings))
    except csv.Error:
        message = _("Row %(number)s cannot be read: a quotation mark stands in the wrong place.")
        raise Unreadable(message % {"number": reader.line_num}) from None


def _decode(content: bytes) -> str:
    """Return the text, from UTF-8 or else from what Swedish programs for Windows write."""
    if content.startswith(BYTE_ORDER_MARKS) or b"\0" in content:
        raise Unreadable(_("This is no CSV file: save it as CSV UTF-8 and try again."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        message = _("The letters cannot be read: save the file as CSV UTF-8 and try again.")
        raise Unreadable(message) from None


def _headings(cells: list[str]) -> list[str]:
    known = {heading.casefold(): heading for heading in HEADINGS}
    written = [" ".join(cell.split()) for cell in cells]
    while written and not written[-1]:
        written.pop()
    if not written:
        raise Unreadable(_("The file is empty: the first row must hold the headings."))
    found = [known.get(one.casefold(), "") for one in written]
    if not any(found):
        message = _("The headings are missing: the first row must be %(headings)s.")
        raise Unreadable(message % {"headings": ";".join(HEADINGS)})
    for one, heading in zip(written, found, strict=True):
        if not heading:
            message = _("Nobody knows the heading %(heading)s: use %(headings)s.")
            raise Unreadable(message % {"heading": one[:40], "headings": ";".join(HEADINGS)})
        if found.count(heading) > 1:
            raise Unreadable(_("The heading %(heading)s stands twice.") % {"heading": heading})
    for heading in REQUIRED:
        if heading not in found:
            raise Unreadable(_("The heading %(heading)s is missing.") % {"heading": heading})
    return found


def _rows(reader: Iterator[list[str]], headings: list[str]) -> Iterator[Line]:
    for number, cells in enumerate(reader, start=2):
        trimmed = [" ".join(cell.split()) for cell in cells]
        if any(trimmed):
            named = dict(zip(headings, trimmed, strict=False))
            yield Line(number, named, surplus=any(trimmed[len(headings) :]))


def entry(line: Line, *, today: date) -> Entry:
    """Check what stands in a row; the first thing that is wrong is raised."""
    if line.surplus:
        raise Wrong(_("there are more cells than headings"))
    cells = {heading: line.cells.get(heading, "") for heading in HEADINGS}
    for heading in REQUIRED:
        if not cells[heading]:
            raise Wrong(_("%(heading)s is missing") % {"heading": heading})
    for heading in (FIRST, LAST):
        if len(cells[heading]) > LONGEST_NAME or not cells[heading].isprintable():
            raise Wrong(_("%(heading)s cannot be a name") % {"heading": heading})
    return Entry(
        cells[FIRST],
        cells[LAST],
        _mobile(cells[MOBILE]),
        _email(cells[EMAIL], EMAIL),
        cells[UNIT],
        _email(cells[GUIDE], GUIDE).casefold(),
        _start(cells[START], today),
        _number(cells[NUMBER], today),
        _protection(cells[PROTECTED], cells[GUIDE]),
    )


def _protection(text: str, guide: str) -> Protection:
    if not text:
        return Protection.NONE
    try:
        protection = PROTECTIONS[text.casefold()]
    except KeyError:
        told = {"heading": PROTECTED, "words": ", ".join(PROTECTIONS)}
        raise Wrong(_("%(heading)s must be empty or one of: %(words)s") % told) from None
    if not guide:
        raise Wrong(_("a protected person needs a named guide"))
    return protection


def _mobile(text: str) -> str:
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "SE")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Wrong(_("the mobile number is no phone number"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str, heading: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise Wrong(_("%(heading)s is no e-mail address") % {"heading": heading}) from None
    return text


def _start(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a date has no zone)
    except ValueError:
        raise Wrong(_("the start date must be written as 2026-12-01")) from None
    if not EARLIEST <= day <= today:
        raise Wrong(_("the start date must be a day that has been"))
    return day


def _number(text: str, today: date) -> Number | None:
    if not text:
        return None
    try:
        return personal_numbers.read(text, today=today)
    except personal_numbers.NoNumber:
        raise Wrong(_("the personal number is wrong")) from None
    except personal_numbers.RealNumber:
        message = _("only the two personal numbers for tests may be used here")
        raise Wrong(message) from None
    except personal_numbers.InventedNumber:
        raise Wrong(_("the personal number is one for tests")) from None
