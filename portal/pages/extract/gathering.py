"""Gather a register extract: the sections as words for the page, and as values for a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import FETCH_PEERS, Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.pages.extract.contents import SECTIONS
from portal.pages.log import reading, wording
from portal.templatetags.dates import clock, day, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from participants.models import Participant
    from portal.actor import Actor
    from portal.pages.extract.section import Section
    from portal.pages.log.reading import Look

LOOKS = 20_000  # kinds of looks: a lifetime's


@dataclass(frozen=True, slots=True)
class Extract:
    """All that is held about a person, as far as the actor may read it."""

    sections: list[tuple[Section, list[Model]]]
    looks: list[Look]

    @property
    def receivers(self) -> list[tuple[str, date, date]]:
        """Every organisation that has seen something, with the first and the last day."""
        days: dict[str, list[date]] = {}
        for one in self.looks:
            if one.organisation and not one.is_own:
                days.setdefault(one.organisation, []).append(one.day)
        return sorted((name, min(found), max(found)) for name, found in days.items())


def gather(person: Participant, *, by: Actor, now: datetime) -> Extract:
    looks = reading.looks(
        person,
        by=by,
        since=datetime.min.replace(year=1970, tzinfo=UTC),
        until=now + timedelta(days=1),
        most=LOOKS,
    )
    return Extract([(one, fetched(one.rows(person, by))) for one in SECTIONS], looks)


def fetched(rows: Iterable[Model]) -> list[Model]:
    """Return a section's rows, with what they point at asked for once and not row by row."""
    return list(rows.fetch_mode(FETCH_PEERS) if isinstance(rows, QuerySet) else rows)


def in_words(extract: Extract) -> Iterator[dict[str, Any]]:
    """Yield each section that holds anything; what is the same in all its rows is said once."""
    for section, rows in extract.sections:
        said = [list(pairs(section, row)) for row in rows]
        if not said:
            continue
        common = [one for one in said[0] if len(said) > 1 and all(one in row for row in said)]
        yield {
            "code": section.code,
            "title": section.title,
            "common": common,
            "rows": [[one for one in row if one not in common] for row in said],
        }


def pairs(section: Section, row: Model) -> Iterator[tuple[str, str]]:
    for name, label in section.fields.items():
        if said := words(row, name):
            yield capfirst(str(label)), said


def words(row: Model, name: str) -> str:
    """Say a field's value as the person reads it elsewhere; nothing for an empty one."""
    value, field = getattr(row, name), row._meta.get_field(name)
    base = getattr(field, "base_field", None)
    if value is None or value in ("", []):
        return ""
    if own := getattr(row, f"{name}_words", ""):
        return str(own)
    if base is not None and base.choices:
        said = dict(base.choices)
        return ", ".join(str(said.get(one, one)) for one in value)
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    return simple(value)


def simple(value: Any) -> str:
    """Say a value that has no words of its own."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{day(value)} {local(value).year}, {clock(value)}"
    if isinstance(value, date):
        return f"{day(value)} {value.year}"
    if isinstance(value, list):  # of small tables
        return "; ".join(", ".join(str(one) for one in row.values() if one) for row in value)
    return str(value)


def looks_in_words(extract: Extract) -> Iterator[tuple[str, str]]:
    for one in wording.told(extract.looks):
        because = _("Why: %(why)s.") % {"why": one.why} if one.why else ""
        said = " ".join(word for word in (one.told, because, one.purpose) if word)
        yield f"{day(one.day)} {one.day.year}, {clock(one.at)}", said


def as_data(extract: Extract) -> dict[str, Any]:
    """Return the whole as plain values, under names that do not change with the language."""
    return {
        **{
            section.code: [{name: plain(row, name) for name in section.fields} for row in rows]
            for section, rows in extract.sections
        },
        "log": [
            {
                "day": one.day.isoformat(),
                "last_at": one.last_at.isoformat(),
                "times": one.times,
                "act": one.act,
                "subject": one.subject,
                "info_types": one.info_types,
                "ground": one.ground,
                "reason": one.purpose,
                "who": wording.who(one),
                "organisation": one.organisation,
            }
            for one in extract.looks
        ],
        "receivers": [
            {"organisation": name, "first_day": first.isoformat(), "last_day": last.isoformat()}
            for name, first, last in extract.receivers
        ],
    }


def plain(row: Model, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | list):
        return value
    return str(value)
