"""The board of today: what is open now, later and this evening; read in one query, however long.

How much a person manages today is asked by links and answered here. It is stored nowhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.laying_out import DAY, instant, midnight
from activities.models import Activity, Contract, Place, Session, Tempo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FIRST = 3  # then "Show all"
EVENING = time(16)  # when most doors close
PAGE = 50  # of a part that is shown whole
LONGEST = timedelta(hours=25)  # a session on the night when clocks go back


def _read_of(model: type[models.Model], *names: str) -> tuple[str, ...]:
    """Return columns in the order of the model, as `from_db` takes them."""
    columns = ("id", *names)
    return tuple(one.attname for one in model._meta.concrete_fields if one.attname in columns)


# All that a card says; whole rows would cost more to sort and to build than all the rest.
OF_SESSION = _read_of(
    Session,
    *("activity_id", "starts_at", "ends_at", "seats", "signed_up"),
    *("opened_at", "closed_at", "cancelled_at", "cancel_reason", "was_starts_at"),
)
OF_ACTIVITY = _read_of(
    Activity,
    *("place_id", "slug", "name", "contract", "tempo", "thresholds", "picture", "pick_up"),
    *("verified_on", "english", "by_invitation"),
)
ENGLISH = OF_ACTIVITY.index("english")
OF_PLACE = _read_of(Place, "name", "address", "minutes_on_foot")

# What a person may manage: the word in the address, and the pace it lets through.
MANAGES: dict[str, tuple[Tempo, ...]] = {
    "lugnt": (Tempo.CALM,),
    "lagom": (Tempo.STEADY, Tempo.CALM),
    "mycket": (Tempo.BUSY, Tempo.STEADY, Tempo.CALM),
}


class Part(models.IntegerChoices):
    """Where on the board a session stands at this moment."""

    OPEN = 1, _("Open now")
    LATER = 2, _("Later today")
    EVENING = 3, _("This evening, after 16")
    OFF = 4, _("Cancelled today")

    @property
    def word(self) -> str:
        """The word in the address of this part, when it is shown whole."""
        return next(word for word, part in WORDS.items() if part == self)


WORDS = {"oppet": Part.OPEN, "senare": Part.LATER, "kvall": Part.EVENING, "installt": Part.OFF}


def _columns(prefix: str, names: Sequence[str]) -> str:
    return ", ".join(f"{prefix}.{name} AS {prefix}_{name}" for name in names)


# SQL, not a queryset: the question never changes, and to build it anew took a fifth of the page.
# Of a part what suits, or everything if nothing does; first what anybody may walk in to.
BOARD = f"""
SELECT ranked.* FROM (
  SELECT placed.*,
    count(*) OVER (PARTITION BY part, suits) AS number,
    bool_or(suits) OVER (PARTITION BY part) AS something_suits,
    row_number() OVER (
      PARTITION BY part, suits
      ORDER BY pace, within_reach DESC,
        CASE WHEN part = {Part.OPEN:d} THEN session_ends_at END DESC NULLS LAST,
        session_starts_at, session_id
    ) AS rank
  FROM (
    SELECT {_columns("session", OF_SESSION)},
      {_columns("activity", OF_ACTIVITY)},
      {_columns("place", OF_PLACE)},
      CASE
        WHEN session.cancelled_at IS NOT NULL THEN {Part.OFF:d}
        WHEN session.starts_at <= %(now)s OR session.opened_at IS NOT NULL THEN {Part.OPEN:d}
        WHEN session.starts_at < %(evening)s THEN {Part.LATER:d}
        ELSE {Part.EVENING:d}
      END AS part,
      cardinality(%(pace)s::text[]) = 0 OR activity.tempo = ANY (%(pace)s::text[]) AS suits,
      array_position(%(pace)s::text[], activity.tempo::text) AS pace,
      activity.contract IN ('{Contract.DAY_BY_DAY}', '{Contract.EVENT}') AS within_reach
    FROM activities_session session
    JOIN activities_activity activity ON activity.id = session.activity_id
    JOIN activities_place place ON place.id = activity.place_id
    WHERE session.ends_at > %(after)s AND session.closed_at IS NULL
      AND session.starts_at > %(since)s AND session.starts_at < %(midnight)s
      AND NOT activity.by_invitation
  ) placed
) ranked
WHERE rank > %(after_rank)s AND rank <= %(last_rank)s
  AND (suits OR NOT something_suits) AND (%(part)s IS NULL OR part = %(part)s)
ORDER BY part, rank
"""  # noqa: S608 (made of names of columns and of our own words)


class Placed(NamedTuple):
    """A session, and where on the board it stands."""

    session: Session
    part: int
    suits: bool
    number: int  # of all that are shown of the same part, page after page


@dataclass
class Section:
    """One part of the board as it is shown: the first few, and how many there are."""

    part: Part
    sessions: Sequence[Session] = ()
    total: int = 0
    is_everything: bool = False  # nothing suited what the person manages, so here is all

    @property
    def has_more(self) -> bool:
        return self.total > len(self.sessions)


def today(now: datetime, *, manages: str = "", evening_only: bool = False) -> list[Section]:
    """Return the parts of the board that hold something, three sessions of each.

    A part where nothing suits shows everything: the board is never empty because of an answer.
    """
    found = _placed(now, manages=manages, evening_only=evening_only, last=FIRST)
    parts = ([one for one in found if one.part == part] for part in Part)
    return [_section(here) for here in parts if here]


def whole(now: datetime, part: Part, *, manages: str = "", page: int = 1) -> tuple[Section, int]:
    """Return a page of one part, and which page it is: past the end it is the last one."""
    first = (page - 1) * PAGE
    found = _placed(now, manages=manages, part=part, after=first, last=first + PAGE)
    if found or page == 1:
        return (_section(found) if found else Section(part)), page
    begins, _page = whole(now, part, manages=manages)
    last = max(ceil(begins.total / PAGE), 1)
    return (begins, 1) if last == 1 else whole(now, part, manages=manages, page=min(page - 1, last))


def _section(here: list[Placed]) -> Section:
    first = here[0]
    shown = [one.session for one in here]
    return Section(Part(first.part), shown, first.number, is_everything=not first.suits)


def next_opening(now: datetime) -> Session | None:
    """Return what opens next, today or another day."""
    coming = (
        Session.objects.held().public().filter(starts_at__gt=now, closed_at=None, opened_at=None)
    )
    named = coming.select_related("activity").only("starts_at", "activity__name")
    return named.order_by("starts_at", "pk").first()


def _placed(
    now: datetime,
    *,
    manages: str,
    evening_only: bool = False,
    part: Part | None = None,
    after: int = 0,
    last: int,
) -> list[Placed]:
    """Return sessions of each part, or of one, in the order of the board: those after a place."""
    day = timezone.localdate(now)
    evening = instant(day, EVENING)
    asked: dict[str, Any] = {
        "now": now,
        "evening": evening,
        "after": max(now, evening) if evening_only else now,
        "since": now - LONGEST,
        "midnight": midnight(day + DAY),
        "pace": [tempo.value for tempo in MANAGES.get(manages, ())],
        "after_rank": after,
        "last_rank": last,
        "part": part and int(part),
    }
    with connection.cursor() as cursor:
        cursor.execute(BOARD, asked)
        return [_read(row) for row in cursor.fetchall()]


def _read(row: tuple[Any, ...]) -> Placed:
    """Return a row of the board as models that hold what was read."""
    activity_from = len(OF_SESSION)
    place_from = activity_from + len(OF_ACTIVITY)
    end = place_from + len(OF_PLACE)
    session = Session.from_db(DEFAULT_DB_ALIAS, OF_SESSION, row[:activity_from])
    said = list(row[activity_from:place_from])
    said[ENGLISH] = json.loads(said[ENGLISH])
    session.activity = Activity.from_db(DEFAULT_DB_ALIAS, OF_ACTIVITY, said)
    session.activity.place = Place.from_db(DEFAULT_DB_ALIAS, OF_PLACE, row[place_from:end])
    part, suits, _pace, _within_reach, number, _something_suits, _rank = row[end:]
    return Placed(session, part, suits, number)
