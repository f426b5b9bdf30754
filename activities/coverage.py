"""When something is open in town: weekday by hour, counted from the sessions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.timezone import localdate

from activities.board import EVENING
from activities.models import Contract, Session, Topic, UnmetDemand, Weekday

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from activities.directory import Door
    from activities.models import Threshold

WEEKS = 4
OFTEN = 2  # of those weeks: what is open at that hour less often than so is an exception
FIRST, LAST = 8, 22  # the hours that are always shown; those of the night when something is open
MOST_FULL = 10
FEW = 5  # a smaller number is not told (domain.md R11)
# An hour is open when some part of it is. What goes on past midnight belongs to the next weekday.
OPEN = """
SELECT weekday, hour, count(*) FROM (
  SELECT session.activity_id, extract(isodow FROM there.hour)::int - 1 AS weekday,
    extract(hour FROM there.hour)::int AS hour
  FROM activities_session session
  JOIN activities_activity activity ON activity.id = session.activity_id
  CROSS JOIN LATERAL (
    SELECT generate_series(
      date_trunc('hour', session.starts_at), session.ends_at - interval '1 second', '1 hour'
    ) AT TIME ZONE 'Europe/Stockholm' AS hour
  ) there
  WHERE session.cancelled_at IS NULL AND NOT activity.by_invitation
    AND session.starts_at >= %(since)s AND session.starts_at < %(until)s
    AND (%(contract)s = '' OR activity.contract = %(contract)s)
    AND (%(door)s = '' OR %(door)s = 'OPEN' AND activity.thresholds = '{}'
      OR %(door)s = ANY (activity.thresholds))
  GROUP BY 1, 2, 3
  HAVING count(DISTINCT there.hour::date) >= %(often)s
) often
GROUP BY weekday, hour
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many different places are open, by weekday (Monday first) and hour."""

    hours: Sequence[int]
    week: Sequence[Sequence[int]]

    @property
    def dark_evenings(self) -> list[Weekday]:
        """The weekdays on which nothing is open from 16 on."""
        evening = [place for place, hour in enumerate(self.hours) if hour >= EVENING.hour]
        return [day for day in Weekday if not any(self.week[day][place] for place in evening)]


def coverage(
    now: datetime, *, contract: Contract | None = None, door: Threshold | Door | None = None
) -> Coverage:
    """Count what is open in the coming four weeks, by contract and what is asked at the door."""
    asked: dict[str, Any] = {
        "since": now,
        "until": now + timedelta(weeks=WEEKS),
        "contract": contract.value if contract else "",
        "door": door.value if door else "",
        "often": OFTEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN, asked)
        found = {(weekday, hour): number for weekday, hour, number in cursor.fetchall()}
    known = {hour for _weekday, hour in found}
    hours = sorted(known | set(range(FIRST, LAST)))
    return Coverage(hours, [[found.get((day, hour), 0) for hour in hours] for day in Weekday])


def often_full(now: datetime) -> list[dict[str, Any]]:
    """Return the activities that were full in the past four weeks, the most often first."""
    past = Session.objects.held().public().between(now - timedelta(weeks=WEEKS), now)
    full = Count("pk", filter=Q(signed_up__gte=F("seats")))
    counted = past.filter(seats__isnull=False).values("activity__slug", "activity__name")
    counted = counted.annotate(full=full, held=Count("pk")).filter(full__gt=0)
    ranked = counted.order_by("-full", "activity__name", "activity__slug")[:MOST_FULL]
    return [dict(one) for one in ranked]


def not_found(now: datetime) -> list[tuple[Topic, int | None]]:
    """Return what people looked for and did not find in the past four weeks; None for a few."""
    since = localdate(now) - timedelta(weeks=WEEKS)
    counted = UnmetDemand.objects.filter(on__gte=since).exclude(topic="")
    found = counted.values("topic").annotate(number=Sum("number")).order_by("-number", "topic")
    return [
        (Topic(topic), number if number >= FEW else None)
        for topic, number in found.values_list("topic", "number")
    ]
