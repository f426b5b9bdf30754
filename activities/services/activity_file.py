"""Read what others say of activities and hours: CSV, iCalendar, and schema.org Events as JSON-LD.

Nothing here knows the database. What is wrong with a file as a whole is said in one sentence, and
what is wrong with a row is said about the row.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from icalendar import Calendar

from activities import recurring
from activities.laying_out import STOCKHOLM
from activities.models import Contract, Level, Tempo
from activities.recurring import NotUnderstood, Recurrence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    type Event = Any  # of icalendar, whose types say of each field that it may be any other

NAME, UNIT, PLACE, ADDRESS = "Aktivitet", "Enhet", "Ställe", "Adress"
SUMMARY, WHAT, KIND, PACE = "Kort", "Vad vi gör", "Sätt", "Tempo"
SEATS, COST, OFTEN, OPENS = "Platser", "Pris", "Hur ofta", "Öppnar"
CLOSES, FIRST, HOLIDAYS, LEVEL = "Stänger", "Från", "Röda dagar", "Nivå"
HEADINGS = (
    *(NAME, UNIT, PLACE, ADDRESS, SUMMARY, WHAT, KIND, PACE),
    *(SEATS, COST, OFTEN, OPENS, CLOSES, FIRST, HOLIDAYS, LEVEL),
)
KINDS = {
    "": "",
    "dag för dag": Contract.DAY_BY_DAY,
    "schema": Contract.SCHEDULE,
    "medlem": Contract.MEMBER,
}
PACES = {"": "", "lugnt": Tempo.CALM, "lagom": Tempo.STEADY, "högt": Tempo.BUSY}
WEEKDAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
MOST_ROWS = 5000
LONGEST_NAME = 120
DAY = timedelta(days=1)


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is the sentence that says why."""


class Wrong(Exception):
    """A row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours on days that come back."""

    recurrence: str
    opens: time
    closes: time
    first: date
    on_public_holidays: bool = False


@dataclass(slots=True)
class Row:
    """One row of a file: an activity, and when it is open."""

    number: int
    name: str = ""
    unit: str = ""
    place: str = ""
    address: str = ""
    summary: str = ""
    what_we_do: str = ""
    contract: str = ""
    tempo: str = ""
    seats: int | None = None
    cost: int | None = None
    level: int | None = None
    hours: Hours | None = None
    days: dict[date, tuple[time, time] | None] = field(default_factory=dict)  # None: closed
    wrong: str = ""


def read(content: bytes, kind: str, *, unit: str = "") -> list[Row]:
    """Return the rows of a file of a kind: csv, ics or json."""
    readers: dict[str, Callable[[str, str], Iterator[Row]]] = {
        "csv": _csv,
        "ics": _ics,
        "json": _json,
    }
    if kind not in readers:
        raise Unreadable(_("The file must end in .csv, .ics or .json."))
    rows = list(readers[kind](_decode(content), unit))
    if len(rows) > MOST_ROWS:
        raise Unreadable(_("The file has more than %(most)d rows: split it.") % {"most": MOST_ROWS})
    return rows


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = _("The letters cannot be read: save the file as CSV UTF-8 and try again.")
        raise Unreadable(message) from None


def _csv(text: str, unit: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        headings = [cell.strip() for cell in next(lines, [])]
        _check(headings)
        for number, cells in enumerate(lines, start=2):
            trimmed = [" ".join(cell.split()) for cell in cells]
            if any(trimmed):
                named = dict(zip(headings, trimmed, strict=False))
                yield _row(number, named, partial(_of_cells, cells=named, unit=unit))
    except csv.Error:
        message = _("Row %(number)s cannot be read: a quotation mark stands in the wrong place.")
        raise Unreadable(message % {"number": lines.line_num}) from None


def _check(headings: list[str]) -> None:
    if not {NAME, OFTEN, OPENS, CLOSES} <= set(headings) <= set(HEADINGS):
        told = {"headings": ";".join(HEADINGS)}
        raise Unreadable(_("The first row must hold headings such as %(headings)s.") % told)


def _row(number: int, named: Mapping[str, str], fill: Callable[[Row], None]) -> Row:
    """Return a row filled with what it holds, or with what is wrong in it."""
    row = Row(number, name=named.get(NAME, "")[:LONGEST_NAME])
    if not row.name:
        row.wrong = _("%(heading)s is missing") % {"heading": NAME}
        return row
    try:
        fill(row)
    except (Wrong, NotUnderstood) as why:
        row.wrong = str(why)
    return row


def _of_cells(row: Row, cells: Mapping[str, str], unit: str) -> None:
    row.unit, row.place = cells.get(UNIT) or unit, cells.get(PLACE, "")
    row.address, row.summary = cells.get(ADDRESS, ""), cells.get(SUMMARY, "")
    row.what_we_do = cells.get(WHAT, "")
    row.contract = _one_of(cells, KIND, KINDS)
    row.tempo = _one_of(cells, PACE, PACES)
    row.seats, row.cost = _number(cells, SEATS), _number(cells, COST)
    row.level = _number(cells, LEVEL)
    if row.level is not None and row.level not in Level.values:
        raise Wrong(_("%(heading)s must be a number from 1 to 5") % {"heading": LEVEL})
    if not any(cells.get(heading) for heading in (OFTEN, OPENS, CLOSES)):
        return
    first = _day(cells.get(FIRST, ""))
    row.hours = _hours(
        _often(cells.get(OFTEN, ""), first),
        (_clock(cells, OPENS), _clock(cells, CLOSES)),
        first,
        on_public_holidays=cells.get(HOLIDAYS, "").casefold() in {"ja", "1", "x"},
    )


def _hours(
    often: Recurrence, clocks: tuple[time, time], first: date, *, on_public_holidays: bool = False
) -> Hours:
    if clocks[0] == clocks[1]:
        raise Wrong(_("Choose a closing time that is not the opening time."))
    return Hours(str(often), *clocks, first, on_public_holidays)


def _one_of(cells: Mapping[str, str], heading: str, words: Mapping[str, str]) -> str:
    try:
        return words[cells.get(heading, "").casefold()]
    except KeyError:
        told = {"heading": heading, "words": ", ".join(filter(None, words))}
        raise Wrong(_("%(heading)s must be empty or one of: %(words)s") % told) from None


def _number(cells: Mapping[str, str], heading: str) -> int | None:
    written = cells.get(heading, "")
    if not written:
        return None
    if not written.isdecimal() or int(written) > 9999:  # noqa: PLR2004 (kronor, or places)
        raise Wrong(_("%(heading)s must be a number") % {"heading": heading})
    return int(written)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Wrong(_("Write the day like this: 2026-12-01.")) from None


def _clock(cells: Mapping[str, str], heading: str) -> time:
    try:
        return time.fromisoformat(cells.get(heading, "").replace(".", ":").zfill(5))
    except ValueError:
        raise Wrong(_("%(heading)s must be a time such as 13.00") % {"heading": heading}) from None


def _often(written: str, first: date) -> Recurrence:
    """Read `FREQ=...`, or weekdays such as `mån-fre` and `tis, tors`."""
    if "=" in written:
        return recurring.read(written, first)
    days: set[int] = set()
    for one in written.casefold().split(","):
        start, _dash, end = one.strip().partition("-")
        try:
            begins = WEEKDAYS.index(start.strip())
            ends = WEEKDAYS.index(end.strip()) if end else begins
        except ValueError:
            message = _("%(heading)s must be days such as mån-fre, or a line such as %(line)s")
            told = {"heading": OFTEN, "line": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}
            raise Wrong(message % told) from None
        days |= set(range(begins, ends + 1))
    return Recurrence(weekdays=tuple(sorted(days)))


def _ics(text: str, unit: str) -> Iterator[Row]:
    try:
        events: list[Event] = list(Calendar.from_ical(text).walk("VEVENT"))
    except (ValueError, IndexError):
        raise Unreadable(_("This is no calendar that we can read.")) from None
    changed: dict[str, list[Event]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            changed.setdefault(str(event.get("UID")), []).append(event)
    whole = [event for event in events if "RECURRENCE-ID" not in event]
    for number, event in enumerate(whole, start=1):
        named = {NAME: " ".join(str(event.get("SUMMARY", "")).split())}
        others = changed.get(str(event.get("UID")), [])
        yield _row(number, named, partial(_of_event, event=event, changed=others, unit=unit))


def _of_event(row: Row, event: Event, changed: list[Event], unit: str) -> None:
    row.unit = unit
    row.summary = str(event.get("DESCRIPTION", "")).partition("\n")[0][:200]
    row.place, _comma, row.address = map(str.strip, str(event.get("LOCATION", "")).partition(","))
    start, end = _span(event)
    if "RRULE" in event:
        if isinstance(event["RRULE"], list):
            raise Wrong(_("Write one rule for each event."))
        if event["DTSTART"].dt.tzname() == "UTC":
            raise Wrong(_("Times in UTC do not follow summer time: write Europe/Stockholm."))
        often = recurring.read(event["RRULE"].to_ical().decode(), start.date())
        row.hours = _hours(often, (start.time(), end.time()), start.date(), on_public_holidays=True)
    elif event.get("STATUS") != "CANCELLED":
        row.days[start.date()] = (start.time(), end.time())
    for on in _left_out(event):
        row.days[on] = None
    for one in changed:
        row.days[_local(one["RECURRENCE-ID"].dt).date()] = None
        if one.get("STATUS") != "CANCELLED":
            other, until = _span(one)
            row.days[other.date()] = (other.time(), until.time())


def _span(event: Event) -> tuple[datetime, datetime]:
    """Return from when to when, on the wall in Sweden."""
    try:
        start, end = _local(event.start), _local(event.end)
    except (ValueError, KeyError):
        raise Wrong(_("Write when it opens and when it closes.")) from None
    if not timedelta() < end - start < DAY:
        raise Wrong(_("Write an end that comes after the start, within a day."))
    return start, end


def _local(moment: Any) -> datetime:
    if not isinstance(moment, datetime):
        raise Wrong(_("Write when it opens and when it closes."))
    return (moment.astimezone(STOCKHOLM) if moment.tzinfo else moment).replace(tzinfo=None)


def _left_out(event: Event) -> Iterator[date]:
    found = event.get("EXDATE", [])
    for some in found if isinstance(found, list) else [found]:
        for one in some.dts:
            yield _local(one.dt).date() if isinstance(one.dt, datetime) else one.dt


def _json(text: str, unit: str) -> Iterator[Row]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(_("This is no JSON that we can read.")) from None
    graph = read.get("@graph", [read]) if isinstance(read, dict) else read
    if not isinstance(graph, list) or not all(isinstance(one, dict) for one in graph):
        raise Unreadable(_("This is no list of events."))
    for number, event in enumerate(graph, start=1):
        named = {NAME: " ".join(str(event.get("name", "")).split())}
        yield _row(number, named, partial(_of_schema, event=event, unit=unit))


def _of_schema(row: Row, event: Mapping[str, Any], unit: str) -> None:
    """Read what /idag.json gives: one occasion, with its place and who runs it."""
    place, organiser = event.get("location") or {}, event.get("organizer") or {}
    if event.get("@type") != "Event" or not isinstance(place, dict):
        raise Wrong(_("This is no event of schema.org."))
    row.unit = unit or (organiser.get("name", "") if isinstance(organiser, dict) else "")
    row.place, address = str(place.get("name", "")), place.get("address", "")
    row.address = str(address.get("streetAddress", "") if isinstance(address, dict) else address)
    row.summary, row.seats = str(event.get("description", ""))[:200], _seats(event)
    try:
        moments = [datetime.fromisoformat(str(event.get(at))) for at in ("startDate", "endDate")]
    except ValueError:
        raise Wrong(_("Write when it opens and when it closes.")) from None
    start, end = map(_local, moments)
    if not timedelta() < end - start < DAY:
        raise Wrong(_("Write an end that comes after the start, within a day."))
    if not str(event.get("eventStatus", "")).endswith("EventCancelled"):
        row.days[start.date()] = (start.time(), end.time())


def _seats(event: Mapping[str, Any]) -> int | None:
    seats = event.get("maximumAttendeeCapacity")
    return seats if isinstance(seats, int) and 0 < seats < 10_000 else None  # noqa: PLR2004
