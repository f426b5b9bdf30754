"""What may go today for one organisation, worked out where no actor sees the people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import connection

from participants.services import personal_numbers
from portal.models import InfoType
from portal.pages.retention.days import is_for_the_archive

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from portal.models import Organisation

RESTING = relativedelta(years=1)


class Line(NamedTuple):
    """One kind of information about one person whose time is out, or which has no rule."""

    participant_id: int
    public_id: UUID
    initials: str
    rule_id: int | None
    info_type: int
    touched_on: date
    closes_on: date | None
    rows: int
    is_held: bool
    archive_days: Collection[int] | None
    sealed: bytes | None

    @property
    def archive(self) -> bool | None:
        """Whether research keeps it; None where the birth date is not known."""
        born_on = personal_numbers.born_on(self.public_id, self.sealed)
        return is_for_the_archive(born_on, self.archive_days or ())


@dataclass
class Sum:
    """How much of one kind may go."""

    info_type: InfoType
    persons: int = 0
    rows: int = 0
    archived: int = 0  # persons
    unknown: int = 0  # persons whose birth date nobody knows here
    closes_on: date = date.max

    @property
    def label(self) -> str:
        return str(self.info_type.label)


@dataclass
class Preview:
    """What the one who decides reads first."""

    lines: list[Line] = field(default_factory=list)  # that may go
    sums: list[Sum] = field(default_factory=list)
    held: int = 0  # persons under a legal hold
    without_rule: list[str] = field(default_factory=list)
    resting: int = 0  # open persons of whom nobody has written for a year

    @property
    def persons(self) -> int:
        return len({line.participant_id for line in self.lines})


def due(owner: Organisation, today: date) -> list[Line]:
    """Return every line of the organisation whose time is out, held or without a rule included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM retention_due(%s, %s)", [owner.pk, today])
        return [Line(*row) for row in cursor.fetchall()]


def preview(owner: Organisation, today: date) -> Preview:
    """Sort the lines into what may go and what stays, with the reason."""
    seen = Preview()
    sums: dict[int, Sum] = {}
    held: set[int] = set()
    without: dict[int, set[int]] = defaultdict(set)
    for line in due(owner, today):
        if line.rule_id is None or line.closes_on is None:
            without[line.info_type].add(line.participant_id)
        elif line.is_held:
            held.add(line.participant_id)
        else:
            seen.lines.append(line)
            one = sums.setdefault(line.info_type, Sum(InfoType(line.info_type)))
            one.persons += 1
            one.rows += line.rows
            one.archived += line.archive is True
            one.unknown += line.archive is None
            one.closes_on = min(one.closes_on, line.closes_on)
    seen.sums = [sums[kind] for kind in sorted(sums)]
    seen.held = len(held)
    seen.without_rule = [str(InfoType(kind).label) for kind in sorted(without)]
    seen.resting = resting(owner, today - RESTING)
    return seen


def resting(owner: Organisation, since: date) -> int:
    """Count the open people of whom nobody has written since a day: they stay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_resting(%s, %s)", [owner.pk, since])
        number: int = cursor.fetchone()[0]
    return number
