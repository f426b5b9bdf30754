"""Read the log in words: as the person it tells about, and as the one who reviews it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from participants.models import Participant
    from portal.actor import Actor
    from portal.pages.log.models import Finding

LINES = 20  # of the log, under one thing to judge


@dataclass(frozen=True, slots=True)
class Look:
    """What one colleague did of one kind in one day."""

    day: date
    last_at: datetime
    times: int
    act: str
    subject: str
    info_types: list[int]
    ground: int | None
    purpose: str
    role: str
    is_own: bool
    first_name: str
    last_name: str
    unit: str
    organisation: str


def looks(
    person: Participant, *, by: Actor, since: datetime, until: datetime, most: int
) -> list[Look]:
    """Return who looked at a person, newest first; nothing to who does not reach the person."""
    asked = (by.user_id, by.membership_id, person.pk, since, until, most)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM log_of_person(%s, %s, %s, %s, %s, %s)", asked)
        return [Look(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, as the reviewer reads it."""

    at: datetime
    act: str
    subject: str
    info_types: list[int]
    ground: int | None
    purpose: str
    people: int
    role: str
    looker: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looked at whom, in words; what one needs in order to judge, and no more."""

    looker: str
    role: str
    unit: str
    organisation: str
    person: str
    lines: list[Line]


def in_words(findings: Collection[Finding]) -> dict[int, Asked]:
    """Return what is to be judged, by the number of each; the caller has asked `visible_to`."""
    with connection.cursor() as cursor:
        numbers = [one.pk for one in findings]
        cursor.execute("SELECT * FROM log_findings_in_words(%s, %s)", [numbers, LINES])
        found = cursor.fetchall()
    return {
        number: Asked(looker, role, unit, organisation, person, _lines(lines))
        for number, looker, role, unit, organisation, person, lines in found
    }


def _lines(held: Any) -> list[Line]:
    """Return lines from JSON, which Django's connection hands over as text."""
    return [Line(**{**one, "at": parse_datetime(one["at"])}) for one in json.loads(held)]
