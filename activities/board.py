"""The board of today: what is open now, later and this evening; read in one query, however long.

How much a person manages today is asked by links and answered here. It is stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db import models
from django.db.models import Case, Count, F, Func, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.laying_out import DAY, instant, midnight
from activities.models import Contract, Session, Tempo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler
    from django_stubs_ext import WithAnnotations

    class Place(TypedDict):
        """Where on the board a row stands."""

        part: Any
        suits: Any
        pace: Any
        within_reach: Any

    type Placed = WithAnnotations[Session, Place]

FIRST = 3  # then "Show all"
EVENING = time(16)  # when most doors close
LONGEST = timedelta(hours=25)  # a session on the night when clocks go back

# All that a card says; whole rows would cost more to sort and to build than all the rest.
SHOWN = (
    "starts_at",
    "ends_at",
    "seats",
    "signed_up",
    "opened_at",
    "closed_at",
    "cancelled_at",
    "cancel_reason",
    "activity__slug",
    "activity__name",
    "activity__contract",
    "activity__tempo",
    "activity__thresholds",
    "activity__picture",
    "activity__pick_up",
    "activity__place__name",
    "activity__place__address",
    "activity__place__minutes_on_foot",
)

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


class Standing(Func):
    """The part of the board where a session stands. SQL, since one question names it ten times."""

    output_field = IntegerField()
    sql = (
        f"CASE WHEN {{0}} IS NOT NULL THEN {Part.OFF:d}"
        f" WHEN {{1}} <= %s OR {{2}} IS NOT NULL THEN {Part.OPEN:d}"
        f" WHEN {{1}} < %s THEN {Part.LATER:d} ELSE {Part.EVENING:d} END"
    )

    def __init__(self, now: datetime, evening: datetime) -> None:
        super().__init__(F("cancelled_at"), F("starts_at"), F("opened_at"))
        self.moments = (now, evening)

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_kwargs: Any) -> Any:
        columns = [compiler.compile(one)[0] for one in self.source_expressions]
        return self.sql.format(*columns), self.moments


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

    What suits comes first, and of that what anybody may walk in to. A part where nothing suits
    shows everything: the board is never empty because of an answer.
    """
    first_in = Window(
        RowNumber(),
        partition_by=[F("part"), F("suits")],
        order_by=[
            F("pace").asc(),
            F("within_reach").desc(),
            Case(When(part=Part.OPEN, then=F("ends_at"))).desc(nulls_last=True),
            F("starts_at").asc(),
            F("pk").asc(),
        ],
    )
    rows = _on_board(now, manages=manages, evening_only=evening_only).annotate(
        rank=first_in, number=Window(Count("pk"), partition_by=[F("part"), F("suits")])
    )
    found = list(rows.filter(rank__lte=FIRST).order_by("part", "-suits", "rank"))
    sections = []
    for part in Part:
        here = [one for one in found if one.part == part]
        suiting = [one for one in here if one.suits]
        chosen = suiting or here
        if chosen:
            number = chosen[0].number
            sections.append(Section(part, chosen, number, is_everything=not suiting))
    return sections


def whole(now: datetime, part: Part, *, manages: str = "") -> QuerySet[Placed]:
    """Return every session of one part that suits; where nothing does, every session of it."""
    rows = _on_board(now, manages=manages).filter(part=part)
    suiting = rows.filter(suits=1)
    chosen = suiting if suiting.exists() else rows
    return chosen.order_by("pace", "-within_reach", "starts_at", "pk")


def next_opening(now: datetime) -> Session | None:
    """Return what opens next, today or another day."""
    coming = Session.objects.held().filter(starts_at__gt=now, closed_at=None, opened_at=None)
    named = coming.select_related("activity").only("starts_at", "activity__name")
    return named.order_by("starts_at", "pk").first()


def _on_board(now: datetime, *, manages: str, evening_only: bool = False) -> QuerySet[Placed]:
    day = timezone.localdate(now)
    evening = instant(day, EVENING)
    within = Q(ends_at__gt=now, starts_at__gt=now - LONGEST, starts_at__lt=midnight(day + DAY))
    if evening_only:
        within &= Q(ends_at__gt=evening)
    pace = MANAGES.get(manages, ())
    levels = [When(activity__tempo=tempo, then=Value(at)) for at, tempo in enumerate(pace)]
    within_pace = When(activity__tempo__in=pace, then=1)
    suits = Case(within_pace, default=0, output_field=_NUMBER) if pace else Value(1)
    rows = (
        Session.objects.filter(within, closed_at=None)
        .select_related("activity__place")
        .only(*SHOWN)
        .annotate(
            part=Standing(now, evening),
            suits=suits,
            within_reach=Case(
                When(activity__contract=Contract.DAY_BY_DAY, then=1),
                default=0,
                output_field=_NUMBER,
            ),
            pace=Case(*levels, default=len(levels), output_field=_NUMBER) if pace else Value(0),
        )
    )
    return cast("QuerySet[Placed]", rows)


_NUMBER = IntegerField()
