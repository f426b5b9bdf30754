"""Import people from a municipality's file: everybody or nobody, and never twice the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import (
    Intake,
    MainContact,
    NamedStaff,
    Participant,
    PersonalNumber,
    Protection,
    ProtectionChange,
)
from participants.services import people_file, personal_numbers
from participants.services.people_file import Entry, Line, Wrong
from participants.services.protection import invented_alias, set_details_apart
from portal import audit
from portal.context import Purpose, as_system
from portal.models import SWEDISH_ORDER, AuditAct, InfoType, Membership, Organisation
from portal.permissions import GRANTS, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from participants.services.personal_numbers import Number
    from portal.actor import Actor

# Whoever has a caseload and may take somebody from the intake can be the main contact.
HOLDING = [
    role
    for role, granted in GRANTS.items()
    if {Permission.CASELOAD_VIEW, Permission.INTAKE_ASSIGN} <= granted
]
AT_A_TIME = 200  # rows in a statement, which has a time limit


class Fate(models.TextChoices):
    """What becomes of a row."""

    NEW = "NEW", gettext_lazy("new")
    KNOWN = "KNOWN", gettext_lazy("here already")
    DOUBLE = "DOUBLE", gettext_lazy("possible double, not imported")
    WRONG = "WRONG", gettext_lazy("wrong")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the report."""

    number: int
    name: str
    fate: Fate
    why: str = ""
    entry: Entry | None = None
    unit: Organisation | None = None
    guide: Membership | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the file holds, row by row, and whether anything was written."""

    rows: Sequence[Outcome]
    written: bool

    def count(self, fate: Fate) -> int:
        """Return how many rows came to this."""
        return sum(row.fate == fate for row in self.rows)


@as_system(Purpose.IMPORT)
def import_people(content: bytes, *, by: Actor, now: datetime, partial: bool = False) -> Report:
    """Read a file and register those who are new.

    A row with a personal number that is known is that person, and changes nothing. A row without,
    whose name and mobile number are known, is a possible double: never merged, and never written.
    One wrong row stops all the others, unless `partial` lets them through.
    """
    with connection.cursor() as cursor:  # one at a time: two would not see each other's people
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_people'))")
    rows = _judge(people_file.lines(content), today=timezone.localdate(now))
    new = [row for row in rows if row.fate == Fate.NEW]
    stopped = not partial and any(row.fate == Fate.WRONG for row in rows)
    if new and not stopped:
        _register(new, by=by, now=now)
    return Report(rows, written=bool(new) and not stopped)


def _judge(lines: Iterable[Line], *, today: date) -> list[Outcome]:
    """Work out what becomes of each row, with few queries for many rows."""
    read = [_read(line, today) for line in lines]
    entries = [row.entry for row in read if row.entry]
    units = _units({entry.unit.casefold() for entry in entries})
    guides = _guides({entry.guide for entry in entries if entry.guide})
    numbers = personal_numbers.known(entry.number for entry in entries if entry.number)
    seen = Seen(numbers, _names(entries))
    return [_place(row, units, guides, seen) for row in read]


def _read(line: Line, today: date) -> Outcome:
    try:
        entry = people_file.entry(line, today=today)
    except Wrong as wrong:
        return Outcome(line.number, line.name, Fate.WRONG, str(wrong))
    return Outcome(line.number, line.name, Fate.NEW, entry=entry)


class Seen:
    """Who is here already, in the database or further up in the file."""

    def __init__(self, numbers: dict[Number, int], names: set[tuple[str, str]]) -> None:
        self.numbers = numbers
        self.names = names
        self.rows: dict[Number, int] = {}

    def judge(self, row: Outcome, entry: Entry) -> Outcome:
        """Say whether somebody is new, and remember them."""
        if entry.number in self.rows:
            why = _("the personal number stands in row %(number)s too")
            return replace(row, fate=Fate.WRONG, why=why % {"number": self.rows[entry.number]})
        if entry.number:
            self.rows[entry.number] = row.number
            if entry.number in self.numbers:
                return replace(row, fate=Fate.KNOWN)
        sameness = _sameness(entry)
        is_double = sameness in self.names
        self.names.add(sameness)
        return replace(row, fate=Fate.DOUBLE) if is_double else row


def _place(
    row: Outcome,
    units: dict[str, list[Organisation]],
    guides: dict[str, list[Membership]],
    seen: Seen,
) -> Outcome:
    """Find unit and guide of a row, and whether the person is here already."""
    entry = row.entry
    if entry is None:
        return row
    found = units[entry.unit.casefold()]
    if len(found) != 1:
        why = _("there are several units called %(unit)s") if found else _("no unit is %(unit)s")
        return replace(row, fate=Fate.WRONG, why=why % {"unit": entry.unit})
    unit = found[0]
    at_work = [one for one in guides[entry.guide] if one.unit_id == unit.pk]
    if entry.guide and not at_work:
        why = _("%(guide)s is no guide or case manager in %(unit)s")
        told = {"guide": entry.guide, "unit": unit.name}
        return replace(row, fate=Fate.WRONG, why=why % told)
    placed = replace(row, unit=unit, guide=at_work[0] if at_work else None)
    return seen.judge(placed, entry)


def _units(names: set[str]) -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = defaultdict(list)
    for unit in Organisation.objects.units():
        if unit.name.casefold() in names:
            found[unit.name.casefold()].append(unit)
    return found


def _guides(emails: set[str]) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = defaultdict(list)
    current = Membership.objects.current().filter(role__in=HOLDING).select_related("user")
    for one in current.order_by("pk"):
        email = (one.user.email or "").casefold()
        if email in emails:
            found[email].append(one)
    return found


def _names(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """Return the names and mobile numbers of those here who are called as somebody in the file."""
    keys = [_sameness(entry)[0] for entry in entries]
    held = Participant.objects.filter(sort_key__in=keys)
    rows = held.values_list("sort_key", "phone")
    return {(key, phone.as_e164 if phone else "") for key, phone in rows}


def _sameness(entry: Entry) -> tuple[str, str]:
    """Return the name as the database keeps it for sorting, and the mobile number."""
    named = f"{entry.last_name} {entry.first_name}"
    return named.translate(str.maketrans(*SWEDISH_ORDER)).lower(), entry.mobile


def _register(rows: Sequence[Outcome], *, by: Actor, now: datetime) -> None:
    """Write the people, each with a main contact or a place in intake, and one line in the log."""
    pairs = [(row, row.entry) for row in rows if row.entry]
    people = Participant.objects.bulk_create(
        [
            Participant(
                first_name=entry.first_name,
                last_name=entry.last_name,
                phone=entry.mobile,
                email=entry.email,
                registered_at=_since(entry, now),
            )
            for _row, entry in pairs
        ],
        batch_size=AT_A_TIME,
    )
    numbers, contacts, waiting = [], [], []
    for person, (row, entry) in zip(people, pairs, strict=True):
        since = person.registered_at
        if entry.number:
            numbers.append(personal_numbers.sealed(person, entry.number))
        if row.guide:
            contacts.append(MainContact(participant=person, membership=row.guide, started_at=since))
        else:
            waiting.append(Intake(participant=person, unit=row.unit, opened_at=since))
    PersonalNumber.objects.bulk_create(numbers, batch_size=AT_A_TIME)
    MainContact.objects.bulk_create(contacts, batch_size=AT_A_TIME)
    Intake.objects.bulk_create(waiting, batch_size=AT_A_TIME)
    _protect(zip(people, pairs, strict=True), by=by)
    audit.record(
        AuditAct.CREATE,
        "import_people",
        by=by,
        participants=[person.pk for person in people],
        info_types=[InfoType.CONTACT],
    )


def _protect(registered: Iterable[tuple[Participant, tuple[Outcome, Entry]]], *, by: Actor) -> None:
    """Set apart what is known of those whose identity is protected, and name their guide."""
    for person, (row, entry) in registered:
        if entry.protection == Protection.NONE or row.guide is None:
            continue
        NamedStaff.objects.create(participant=person, membership=row.guide, named_by=by.user)
        ProtectionChange.objects.create(
            participant=person, protection=entry.protection, reason=_("import"), by=by.user
        )
        set_details_apart(person, entry.protection, invented_alias(person))


def _since(entry: Entry, now: datetime) -> datetime:
    """Return when the work began: the start date, else this moment."""
    if entry.started_on is None:
        return now
    return timezone.make_aware(datetime.combine(entry.started_on, time.min))
