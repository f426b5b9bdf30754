"""What one finds in the directory: one question, whatever is typed and chosen.

What a typed word may stand for PostgreSQL works out, beside the words of the directory:
`directory_meant` in activities/migrations/0015. An entry counts each word once, for the best place
that it stands in, and a word that stands almost everywhere counts for little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from activities.board import EVENING
from activities.models import Entry, EntryKind
from activities.models.activities import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

PAGE = 20
NEAREST = 3
BEST = 2000  # places of one word
COMING = 14  # days of sessions that say whether something is open in the evening


class Door(models.TextChoices):
    """What is asked at the door, as one may choose it."""

    OPEN = "OPEN", _("Come as you are")
    SOBER = "SOBER", _("Sober on site")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words, and choices of ours."""

    words: str = ""
    kind: str = ""
    door: str = ""
    group: str = ""
    evening: bool = False
    no_decision: bool = False
    free: bool = False
    not_authority: bool = False
    level: int = 0

    @property
    def has_choices(self) -> bool:
        return replace(self, words="") != Wanted()

    def without_choices(self) -> Wanted:
        return Wanted(words=self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and how many there are in all."""

    entries: list[Entry]
    total: int


# A word counts once in an entry, and the less the more entries it stands in. Of a word that stands
# nearly everywhere the best places are enough, unless choices are to narrow what is found.
SCORED = """(
  SELECT entry_id, sum(points / ln(8 + number)) AS points
  FROM (
    SELECT said.entry_id, max(meant.sure * said.weight) AS points,
      count(*) OVER (PARTITION BY meant.n) AS number
    FROM directory_meant(%(words)s) meant
    CROSS JOIN LATERAL (
      SELECT place.entry_id, place.weight FROM activities_entryword place
      WHERE place.stem = meant.stem ORDER BY place.weight DESC, place.entry_id LIMIT %(best)s
    ) said
    GROUP BY meant.n, said.entry_id
  ) hits GROUP BY entry_id
) scored JOIN activities_entry entry ON entry.id = scored.entry_id"""
SHOWN = """
SELECT entry.id, count(*) OVER () AS total FROM {found}
WHERE entry.is_open AND (entry.ended_on IS NULL OR entry.ended_on >= %(today)s){narrowing}
ORDER BY {order}entry.sort_key, entry.id LIMIT %(first)s OFFSET %(skip)s
"""
# Of an activity the sessions of the next two weeks say it, and not what somebody once wrote.
IN_THE_EVENING = """ AND (entry.evening OR entry.activity_id IN (
  SELECT session.activity_id FROM activities_session session
  WHERE session.starts_at >= %(now)s AND session.starts_at < %(now)s + %(coming)s * interval '1 day'
    AND session.cancelled_at IS NULL
    AND ((session.ends_at AT TIME ZONE 'Europe/Stockholm')::time > %(after)s
      OR (session.ends_at AT TIME ZONE 'Europe/Stockholm')::date
         > (session.starts_at AT TIME ZONE 'Europe/Stockholm')::date)))"""

ON_THE_LEVEL = """ AND entry.activity_id IN (
  SELECT activity.id FROM activities_activity activity WHERE activity.level = %(level)s)"""


def narrowed(wanted: Wanted) -> str:
    """Return what the choices ask of an entry; all of it is our own words."""
    asked = {
        " AND entry.kind = %(kind)s": wanted.kind,
        " AND entry.thresholds = '{}'": wanted.door == Door.OPEN,
        f" AND '{Threshold.SOBER}' = ANY (entry.thresholds)": wanted.door == Door.SOBER,
        f" AND '{Threshold.DECISION}' <> ALL (entry.thresholds)": wanted.no_decision,
        " AND %(group)s = ANY (entry.groups)": wanted.group,
        " AND entry.cost = 0": wanted.free,
        " AND entry.not_authority": wanted.not_authority,
        IN_THE_EVENING: wanted.evening,
        ON_THE_LEVEL: wanted.level,
    }
    return "".join(condition for condition, is_asked in asked.items() if is_asked)


def question(wanted: Wanted, now: datetime, today: date, *, page: int = 1, size: int = PAGE) -> Any:
    """Return the SQL that finds a page, and what it asks for."""
    by_words = bool(wanted.words.strip())
    shown = SHOWN.format(
        found=SCORED if by_words else "activities_entry entry",
        narrowing=narrowed(wanted),
        order="scored.points DESC, " if by_words else "",
    )
    return shown, {
        "words": wanted.words,
        "best": None if wanted.has_choices else BEST,
        "kind": wanted.kind,
        "group": wanted.group,
        "level": wanted.level,
        "now": now,
        "today": today,
        "coming": COMING,
        "after": EVENING,
        "first": size,
        "skip": (page - 1) * size,
    }


def find(wanted: Wanted, now: datetime, today: date, *, page: int = 1, size: int = PAGE) -> Found:
    """Return what was found, the best first; two questions, however many entries there are."""
    sql, asked = question(wanted, now, today, page=page, size=size)
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows = cursor.fetchall()
    return Found(drawn(pk for pk, _total in rows), rows[0][1] if rows else 0)


def drawn(entry_ids: Iterable[int]) -> list[Entry]:
    """Return entries with all that a card says, in this order."""
    order = list(entry_ids)
    known = Entry.objects.drawn().in_bulk(order) if order else {}
    return [known[pk] for pk in order]


def nearest(wanted: Wanted, now: datetime, today: date) -> list[Entry]:
    """Return what comes nearest where nothing was found: the words without the choices.

    Where the words find nothing either: places that everybody may walk in to.
    """
    if wanted.words and wanted.has_choices:
        found = find(wanted.without_choices(), now, today, size=NEAREST)
        if found.entries:
            return found.entries
    for choices in (
        Wanted(kind=EntryKind.ACTIVITY, door=Door.OPEN, free=True, evening=wanted.evening),
        Wanted(kind=EntryKind.ACTIVITY, door=Door.OPEN),
        Wanted(),
    ):
        found = find(choices, now, today, size=NEAREST)
        if found.entries:
            return found.entries
    return []
