"""What is copied to be sent across the wall, and how a copy is read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from activities.laying_out import DAY, midnight
from activities.models import Attendance, Basis, Enrolment, HowNoted, Session, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterable

    from activities.models import MandatedRelease
    from participants.models import Participant
    from portal.actor import Actor

MOST = 400  # days: a year of weekdays and more


@dataclass(frozen=True, slots=True)
class Planned:
    """A timetable that was decided: which activity, on which weekdays, from when to when."""

    activity: str
    weekdays: tuple[int, ...]
    started_on: date
    ended_on: date | None

    @property
    def weekday_labels(self) -> list[str]:
        """The days, in words."""
        return [str(Weekday(day).label) for day in self.weekdays]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One day of a timetable. Where nothing is noted nothing is known: it is no absence.

    `was_there` is None for a day that was still to come when the copy was made. `is_said`: a code
    at the door said so and nobody who works there saw it, which is a word and no proof.
    """

    activity: str
    starts_at: datetime
    ends_at: datetime
    was_there: bool | None
    is_said: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is sent: nothing voluntary, no notes, and nobody else's words."""

    plan: list[Planned]
    days: list[Occasion]

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return the two columns of a release."""
        plan = [
            {
                "activity": one.activity,
                "weekdays": list(one.weekdays),
                "started_on": one.started_on.isoformat(),
                "ended_on": one.ended_on.isoformat() if one.ended_on else None,
            }
            for one in self.plan
        ]
        days = [
            {
                "activity": one.activity,
                "starts_at": one.starts_at.isoformat(),
                "ends_at": one.ends_at.isoformat(),
                "was_there": one.was_there,
                "is_said": one.is_said,
            }
            for one in self.days
        ]
        return {"plan": plan, "days": days}


def mandated(
    participant: Participant, *, actor: Actor, first: date, last: date, now: datetime
) -> Copy:
    """Copy the mandated days of a period, as far as whoever releases them may see them."""
    enrolments = list(
        Enrolment.objects.visible_to(actor)
        .filter(participant=participant, basis=Basis.MANDATED, started_on__lte=last)
        .exclude(ended_on__lt=first)
        .exclude(end_reason="MISTAKE")
        .select_related("activity")
        .order_by("started_on", "pk")
    )
    sessions = (
        Session.objects.held()
        .between(midnight(first), midnight(last + DAY))
        .filter(activity__in={one.activity_id for one in enrolments})
        .order_by("starts_at", "pk")
    )
    expected = [
        (enrolment, session)
        for session in sessions[:MOST]
        for enrolment in enrolments
        if enrolment.activity_id == session.activity_id
        and enrolment.expects(timezone.localdate(session.starts_at))
    ]
    visits = Attendance.objects.visible_to(actor).noted().filter(participant=participant)
    how = dict(
        visits.filter(session__in={session.pk for _one, session in expected}).values_list(
            "session_id", "how"
        )
    )
    return Copy(
        [
            Planned(one.activity.name, tuple(one.weekdays), one.started_on, one.ended_on)
            for one in enrolments
        ],
        [
            Occasion(
                one.activity.name,
                session.starts_at,
                session.ends_at,
                _was_seen(how.get(session.pk)) if session.starts_at <= now else None,
                how.get(session.pk) == HowNoted.CODE,
            )
            for one, session in expected
        ],
    )


def _was_seen(how: str | None) -> bool:
    return how is not None and how != HowNoted.CODE


def outdated(made: Iterable[MandatedRelease], *, actor: Actor) -> set[int]:
    """Return which copies of one person say otherwise of a past day than what stands now.

    A copy is never changed: whoever made it reads this, and makes a new one if it should be sent.
    """
    copies = list(made)
    if not copies:
        return set()
    visits = Attendance.objects.visible_to(actor).noted()
    visits = visits.filter(
        participant=copies[0].participant_id,
        session__starts_at__gte=midnight(min(one.first_on for one in copies)),
    )
    rows = visits.values_list("session__activity__name", "session__starts_at", "how")
    stands = {(activity, starts): how for activity, starts, how in rows}
    return {
        one.pk
        for one in copies
        for day in read(one.plan, one.days).days
        if day.was_there is not None
        and _is_otherwise(day, stands.get((day.activity, day.starts_at)))
    }


def _is_otherwise(day: Occasion, how: str | None) -> bool:
    return (day.was_there, day.is_said) != (_was_seen(how), how == HowNoted.CODE)


def read(plan: list[dict[str, Any]], days: list[dict[str, Any]]) -> Copy:
    """Return a copy as it was made."""
    return Copy(
        [
            Planned(
                one["activity"],
                tuple(one["weekdays"]),
                date.fromisoformat(one["started_on"]),
                date.fromisoformat(one["ended_on"]) if one["ended_on"] else None,
            )
            for one in plan
        ],
        [
            Occasion(
                one["activity"],
                datetime.fromisoformat(one["starts_at"]),
                datetime.fromisoformat(one["ends_at"]),
                one["was_there"],
                one.get("is_said", False),  # copies from before there were codes hold none
            )
            for one in days
        ],
    )
