"""*Min vecka*: what a person has said yes to in the coming seven days, from what they may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from activities.laying_out import DAY, midnight
from activities.models import Enrolment, Session, SignUp
from participants.models import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from participants.models import Participant
    from portal.actor import Actor

DAYS = 7
SOON = timedelta(hours=3)
# All that a line of the week says about a session; whole rows would be five times as wide.
SHOWN = (
    "starts_at",
    "ends_at",
    "cancelled_at",
    "cancel_reason",
    "activity__slug",
    "activity__name",
    "activity__place__name",
    "activity__place__address",
    "instead__ends_at",
    "instead__activity__slug",
    "instead__activity__name",
)
MOST = 50  # of each kind; a week with more is a fault, and would only be a list to scroll


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the week: a session with its time, or a step with its day."""

    on: date
    session: Session | None = None
    step: Step | None = None

    @property
    def at(self) -> datetime | None:
        return self.session.starts_at if self.session else None


@dataclass(frozen=True, slots=True)
class Week:
    """The coming days of a person, and what is near."""

    entries: list[Entry]
    signed_up: dict[int, SignUp]  # by session
    member_of: frozenset[int]  # activities
    next_step: Step | None

    def days(self, today: date) -> list[tuple[date, list[Entry]]]:
        """Return today, and the days that hold something."""
        by_day: dict[date, list[Entry]] = defaultdict(list, {today: []})
        for entry in self.entries:
            by_day[entry.on].append(entry)
        return sorted(by_day.items())

    def soon(self, now: datetime) -> Session | None:
        """Return what starts within three hours."""
        for entry in self.entries:
            session = entry.session
            if session and not session.cancelled_at and now <= session.starts_at <= now + SOON:
                return session
        return None

    def cancelled(self, now: datetime) -> list[Session]:
        """Return what the person meant to come to and will not happen."""
        sessions = (entry.session for entry in self.entries)
        return [one for one in sessions if one and one.cancelled_at and one.ends_at > now]


def of(person: Participant, *, actor: Actor, now: datetime) -> Week:
    """Return the coming week of a person, as this actor may see it; at most four queries."""
    today = timezone.localdate(now)
    until = midnight(today + DAYS * DAY)
    near = Q(session__ends_at__gt=now, session__starts_at__lt=until)
    signed_up = list(
        SignUp.objects.visible_to(actor)
        .standing()
        .filter(near, participant=person)
        .only("session_id")
        .order_by("session__starts_at", "pk")[:MOST]
    )
    enrolled = list(
        Enrolment.objects.visible_to(actor)
        .current(today)
        .filter(participant=person)
        .only("activity_id", "weekdays", "started_on", "ended_on")
        .order_by("pk")[:MOST]
    )
    steps = list(
        Step.objects.visible_to(actor)
        .open()
        .filter(participant=person)
        .only("public_id", "text", "due_on")
        .soonest_first()[:MOST]
    )
    chosen = {one.session_id for one in signed_up}
    entries = [
        Entry(timezone.localdate(max(one.starts_at, now)), session=one)
        for one in meant(chosen, enrolled, now=now, until=until)
    ]
    last = today + (DAYS - 1) * DAY
    entries += [
        Entry(one.due_on, step=one) for one in steps if one.due_on and today <= one.due_on <= last
    ]
    return Week(
        entries=sorted(entries, key=lambda one: (one.on, one.at or midnight(one.on))),
        signed_up={one.session_id: one for one in signed_up},
        member_of=frozenset(one.activity_id for one in enrolled if one.started_on <= today),
        next_step=steps[0] if steps else None,
    )


def meant(
    chosen: Collection[int], enrolled: Iterable[Enrolment], *, now: datetime, until: datetime
) -> Iterable[Session]:
    """Return the chosen sessions, and those that a timetable holds; without either, no query."""
    by_activity: dict[int, list[Enrolment]] = defaultdict(list)
    for one in enrolled:
        if one.weekdays:
            by_activity[one.activity_id].append(one)
    if not by_activity and not chosen:
        return []
    sessions = (
        Session.objects.filter(Q(pk__in=chosen) | Q(activity__in=by_activity))
        .filter(ends_at__gt=now, starts_at__gt=now - 2 * DAY, starts_at__lt=until)
        .select_related("activity__place", "instead__activity")
        .only(*SHOWN)
        .order_by("starts_at", "pk")[: MOST * 3]
    )
    return [
        session
        for session in sessions
        if session.pk in chosen
        or any(
            one.expects(timezone.localdate(session.starts_at))
            for one in by_activity[session.activity_id]
        )
    ]
