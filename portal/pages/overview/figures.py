"""What *Läget* says, read from small tables: the same queries for ten persons and a million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from activities.models import Session
from participants.filters import QUIET
from participants.models import Handover, Intake, Participant
from portal.access import Manages
from portal.models import Membership
from portal.pages.overview.models import GuideSilence, Measure, UnitSilence
from portal.permissions import GRANTS, Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.actor import Actor

FEW = 5  # fewer persons than that could be pointed out (domain.md R11)
LONG_QUIET = timedelta(days=30)  # then the manager asks why (domain.md 8)
BARS = 12
NAMES = 5
EVENING = time(16)  # when most places close (mission.md N13)
DAY = timedelta(days=1)

# Those who can be somebody's contact, so that one with nobody yet is shown too.
CONTACTS = {
    role
    for role, granted in GRANTS.items()
    if {Permission.CASELOAD_VIEW, Permission.INTAKE_ASSIGN} <= granted
}
IN_WORK = (Measure.STUDIES, Measure.SUBSIDISED, Measure.ORDINARY)


def guides(actor: Actor) -> QuerySet[Membership]:
    """Return the colleagues who have people, or could have, the most crowded first."""
    is_here = Q(ended_at=None) | Q(ended_at__gt=Now())
    return (
        Membership.objects.filter(
            Q(figures__persons__gt=0) | is_here & Q(role__in=CONTACTS),
            Manages(actor),
        )
        .annotate(
            persons=Coalesce("figures__persons", 0),
            without_step=Coalesce("figures__without_step", 0),
            over=F("persons") - F("caseload_limit"),
            has_left=~is_here,
        )
        .select_related("user")
        .only("caseload_limit", "user__first_name", "user__last_name")
        .order_by("-over", "-persons", "pk")
    )


def with_silence(found: QuerySet[Membership], since: date) -> QuerySet[Membership]:
    """Add how many of each guide's people nobody has been in touch with since before a day."""
    days = GuideSilence.objects.filter(membership=OuterRef("pk"), day__lt=since)
    total = days.values("membership").values(total=Sum("persons"))
    return found.annotate(silent=Coalesce(Subquery(total), 0), place=F("unit__name"))


class Guide(NamedTuple):
    """A guide beside the limit."""

    name: str
    persons: int
    limit: int
    has_left: bool


@dataclass(frozen=True)
class Caseloads:
    """The most crowded guides, and what holds for all of them together."""

    rows: Sequence[Guide] = ()
    guides: int = 0
    persons: int = 0
    without_step: int = 0
    crowded: int = 0  # guides above their limit
    left_behind: int = 0  # persons whose contact no longer works here


# The same guides as above, gone through once for the sums; names are read for the few on top.
CROWDED = f"""
WITH guides AS MATERIALIZED (
  SELECT held.id, held.user_id, held.caseload_limit, coalesce(figures.persons, 0) AS persons,
         coalesce(figures.without_step, 0) AS without_step,
         coalesce(figures.persons, 0) - held.caseload_limit AS over,
         coalesce(held.ended_at <= statement_timestamp(), false) AS has_left
  FROM portal_membership held
  LEFT JOIN overview_guidefigures figures ON figures.membership_id = held.id
  WHERE {Manages.sql.format("held.unit_id")}
    AND (figures.persons > 0 OR held.role = ANY (%s)
         AND (held.ended_at IS NULL OR held.ended_at > statement_timestamp()))
)
SELECT concat_ws(' ', account.first_name, account.last_name), top.persons, top.caseload_limit,
       top.has_left, whole.*
FROM (SELECT * FROM guides ORDER BY over DESC, persons DESC, id LIMIT {BARS}) top
JOIN portal_user account ON account.id = top.user_id
CROSS JOIN (
  SELECT count(*), sum(persons), sum(without_step), count(*) FILTER (WHERE over > 0),
         coalesce(sum(persons) FILTER (WHERE has_left), 0) FROM guides) whole
ORDER BY top.over DESC, top.persons DESC, top.id
"""  # noqa: S608 (our own words and numbers)


def caseloads(actor: Actor) -> Caseloads:
    """Read the caseloads, with the sums of all guides in the same query."""
    with connection.cursor() as cursor:
        cursor.execute(CROWDED, [*Manages(actor).of, [str(role) for role in CONTACTS]])
        found = cursor.fetchall()
    shown = len(Guide._fields)
    return Caseloads([Guide(*row[:shown]) for row in found], *(found[0][shown:] if found else ()))


@dataclass(frozen=True)
class Waiting:
    """Those who wait for a contact: how many, how long, and the first few by name with days."""

    rows: Sequence[tuple[Participant, int]]
    total: int = 0
    longest: int = 0  # days


def waiting(actor: Actor, today: date) -> Waiting:
    """Read who waits for a decision of the actor's: these names are written in the log."""
    queue = Intake.objects.filter(Manages(actor), closed_at=None)
    queue = queue.annotate(total=Window(Count("pk"))).order_by("opened_at", "pk")
    first = list(queue.values_list("participant_id", "opened_at", "total")[:NAMES])
    people = Participant.objects.visible_to(actor).only("public_id", "first_name", "last_name")
    known = people.in_bulk([person for person, _since, _total in first]) if first else {}
    days = [
        (known[person], (today - timezone.localdate(since)).days)
        for person, since, _total in first
        if person in known
    ]
    return Waiting(days, first[0][2], days[0][1]) if days else Waiting(days)


def silence(actor: Actor, today: date) -> tuple[int, int]:
    """Return how many nobody has been in touch with for 14 days, and for 30."""
    silent = UnitSilence.objects.visible_to(actor).before(today - QUIET)
    found = silent.aggregate(
        quiet=Sum("persons", default=0),
        long=Sum("persons", filter=Q(day__lt=today - LONG_QUIET), default=0),
    )
    return found["quiet"], found["long"]


def late_handovers(actor: Actor, today: date) -> int:
    """Return how many changes of contact are not finished in time: those under way are few."""
    return Handover.objects.visible_to(actor).late(today).count()


@dataclass(frozen=True)
class Shown:
    """A figure about people as it may be shown: too small is None, `at_least` leaves some out."""

    value: int | None
    at_least: bool = False


def shown(total: int, hidden: int) -> Shown:
    """Return the sum of figures that are shown apart somewhere else, so that none is worked out.

    Parts under five are hidden there. If the hidden ones are together fewer than five, the sum
    would give them away: then it says *at least*, and leaves them out.
    """
    if total < FEW:
        return Shown(None)
    return Shown(total - hidden, at_least=True) if 0 < hidden < FEW else Shown(total)


# Of each measure: how many there are, and how many of them in units where they are few.
PLACES = f"""
SELECT measure, sum(number)::integer,
       coalesce(sum(number) FILTER (WHERE number < {FEW}), 0)::integer
FROM (
  SELECT measure, sum(change) AS number FROM overview_unitplaces
  WHERE {Manages.sql.format("unit_id")} AND day <= %s GROUP BY measure, unit_id) of_unit
GROUP BY measure
"""  # noqa: S608 (our own words and numbers)


def places(actor: Actor, today: date) -> dict[Measure, Shown]:
    """Read how many are in each kind of place today; nobody can be worked out of the whole."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [*Manages(actor).of, today])
        held = {measure: (total, hidden) for measure, total, hidden in cursor}
    found = {measure: shown(*held.get(measure, (0, 0))) for measure in Measure}
    kinds = [held.get(kind, (0, 0))[0] for kind in IN_WORK]
    small = sum(total for total in kinds if total < FEW)
    work = found[Measure.WORK]
    if work.value is not None and not work.at_least and 0 < small < FEW:
        found[Measure.WORK] = shown(work.value, small)
    return found


@dataclass
class OpenDay:
    """How many hours something is open on a day, before and after four o'clock."""

    day: date
    before: float = 0
    after: float = 0


def open_hours(today: date) -> list[OpenDay]:
    """Add up the hours of all sessions in town in the coming seven days, each weekday once."""
    days = [OpenDay(today + number * DAY) for number in range(7)]
    turns = [timezone.make_aware(datetime.combine(one.day, EVENING)) for one in days]
    start, end = midnight(today), midnight(today + 7 * DAY)
    held = Session.objects.held().public().between(start, end).values_list("starts_at", "ends_at")
    for starts_at, ends_at, number in held.annotate(Count("pk")):
        place = (timezone.localdate(starts_at) - today).days
        late = max(ends_at - max(starts_at, turns[place]), timedelta())
        day = days[place]
        day.after += number * late / timedelta(hours=1)
        day.before += number * (ends_at - starts_at - late) / timedelta(hours=1)
    return days


def midnight(day: date) -> datetime:
    """Return the moment a day begins in Sweden."""
    return timezone.make_aware(datetime.combine(day, time.min))
