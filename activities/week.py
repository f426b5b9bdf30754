"""*Min vecka*: what a person has said yes to in the coming seven days, from what they may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from activities.before_them import company
from activities.cards import Company, company_of
from activities.laying_out import DAY, midnight
from activities.models import Activity, CompanyWish, Enrolment, Place, Session, SignUp
from participants.models import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from participants.models import Participant
    from portal.actor import Actor

DAYS = 7
SOON = timedelta(hours=3)
# All that a line of the week says about a session; whole rows would be five times as wide. SQL,
# not a queryset: the question never changes, and to build it anew costs more than to answer it.
MEANT = """
SELECT session.id, away.id, session.starts_at, session.ends_at, session.cancelled_at,
  session.cancel_reason, session.was_starts_at, session.was_ends_at,
  activity.id, activity.slug, activity.name, place.name, place.address,
  instead.ends_at, other.slug, other.name
FROM activities_session session
JOIN activities_activity activity ON activity.id = session.activity_id
JOIN activities_place place ON place.id = activity.place_id
LEFT JOIN activities_absence away
  ON away.session_id = session.id AND away.participant_id = %s AND away.withdrawn_at IS NULL
LEFT JOIN activities_session instead ON instead.id = session.instead_id
LEFT JOIN activities_activity other ON other.id = instead.activity_id
WHERE (session.id = ANY (%s) OR session.activity_id = ANY (%s))
  AND session.ends_at > %s AND session.starts_at > %s AND session.starts_at < %s
ORDER BY session.starts_at, session.id
LIMIT %s
"""
MOST = 50  # of each kind; a week with more is a fault, and would only be a list to scroll


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the week: a session with its time, or a step with its day."""

    on: date
    session: Session | None = None
    step: Step | None = None
    company: Company | None = None

    @property
    def at(self) -> datetime | None:
        return self.session.starts_at if self.session else None


@dataclass(frozen=True, slots=True)
class NewDays:
    """Other weekdays of a timetable, from a day to come."""

    activity: str
    first_on: date
    weekdays: list[str]


@dataclass(frozen=True, slots=True)
class Week:
    """The coming days of a person, and what is near."""

    entries: list[Entry]
    signed_up: dict[int, SignUp]  # by session
    member_of: frozenset[int]  # activities
    away_from: frozenset[int]  # sessions of the timetable that the person does not come to
    next_step: Step | None
    company: dict[int, CompanyWish]  # by session
    new_days: list[NewDays] = field(default_factory=list)

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
            if session is None or session.cancelled_at or not self.comes_to(session):
                continue
            if now <= session.starts_at <= now + SOON:
                return session
        return None

    def comes_to(self, session: Session) -> bool:
        """Answer whether the person has said so, or has the place by timetable."""
        mine = self.signed_up.get(session.pk)
        is_asked = mine is not None and mine.answer_by is not None
        return not is_asked and session.pk not in self.away_from

    def offers(self) -> list[tuple[Session, SignUp]]:
        """Return the places that are held for the person until they answer."""
        sessions = [
            one.session for one in self.entries if one.session and not one.session.cancelled_at
        ]
        mine = [(one, self.signed_up.get(one.pk)) for one in sessions]
        return [(session, asked) for session, asked in mine if asked and asked.answer_by]

    def cancelled(self, now: datetime) -> list[Session]:
        """Return what the person meant to come to and will not happen."""
        sessions = (entry.session for entry in self.entries)
        return [one for one in sessions if one and one.cancelled_at and one.ends_at > now]

    def moved(self, now: datetime) -> list[Session]:
        """Return what the person meant to come to and has other hours than were said before."""
        sessions = (entry.session for entry in self.entries)
        return [one for one in sessions if one and one.is_moved and one.ends_at > now]


def of(person: Participant, *, actor: Actor, now: datetime, days: int = DAYS) -> Week:
    """Return the coming days of a person, as this actor may see them; at most four queries."""
    today = timezone.localdate(now)
    until = midnight(today + days * DAY)
    near = Q(session__ends_at__gt=now, session__starts_at__lt=until)
    signed_up = list(
        SignUp.objects.visible_to(actor)
        .kept()
        .filter(near, participant=person)
        .only("session_id", "waiting_since", "answer_by")
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
    chosen = {one.session_id for one in signed_up if not one.waiting_since}
    sessions, away_from = meant(person, chosen, enrolled, now=now, until=until)
    wishes = company(person)
    entries = [
        Entry(
            timezone.localdate(max(one.starts_at, now)),
            session=one,
            company=company_of(wishes[one.pk], one, now) if one.pk in wishes else None,
        )
        for one in sessions
    ]
    last = today + (days - 1) * DAY
    entries += [
        Entry(one.due_on, step=one) for one in steps if one.due_on and today <= one.due_on <= last
    ]
    return Week(
        entries=sorted(entries, key=lambda one: (one.on, one.at or midnight(one.on))),
        signed_up={one.session_id: one for one in signed_up},
        member_of=frozenset(one.activity_id for one in enrolled if one.started_on <= today),
        away_from=away_from,
        next_step=steps[0] if steps else None,
        company=wishes,
        new_days=_new_days(enrolled),
    )


def _new_days(enrolled: Iterable[Enrolment]) -> list[NewDays]:
    """Return the timetables that go on with other days; without one, no query."""
    ending = {(one.activity_id, one.ended_on + DAY) for one in enrolled if one.ended_on}
    after = [one for one in enrolled if (one.activity_id, one.started_on) in ending]
    if not after:
        return []
    names = dict(
        Activity.objects.filter(pk__in={one.activity_id for one in after}).values_list("pk", "name")
    )
    return [
        NewDays(names[one.activity_id], one.started_on, one.weekday_labels)
        for one in after
        if one.weekdays
    ]


def meant(
    person: Participant,
    chosen: Collection[int],
    enrolled: Iterable[Enrolment],
    *,
    now: datetime,
    until: datetime,
) -> tuple[list[Session], frozenset[int]]:
    """Return the chosen sessions and those that a timetable holds, and which one is away from.

    Without either, no query.
    """
    by_activity: dict[int, list[Enrolment]] = defaultdict(list)
    for one in enrolled:
        if one.weekdays:
            by_activity[one.activity_id].append(one)
    if not by_activity and not chosen:
        return [], frozenset()
    asked: list[Any] = [
        *(person.pk, list(chosen), list(by_activity)),
        *(now, now - 2 * DAY, until, MOST * 3),
    ]
    with connection.cursor() as cursor:
        cursor.execute(MEANT, asked)
        rows = cursor.fetchall()
    sessions = [_read(row) for row in rows]
    expected = [
        session
        for session in sessions
        if session.pk in chosen
        or any(
            one.expects(timezone.localdate(session.starts_at))
            for one in by_activity[session.activity_id]
        )
    ]
    return expected, frozenset(row[0] for row in rows if row[1])


def _read(row: tuple[Any, ...]) -> Session:
    """Return a row of the week as models that hold what was read."""
    pk, _away, starts_at, ends_at, cancelled_at, reason, was_starts_at, was_ends_at = row[:8]
    activity_id, slug, name, place, address, until, other_slug, other = row[8:]
    instead = other and Session(ends_at=until, activity=Activity(slug=other_slug, name=other))
    return Session(
        pk=pk,
        starts_at=starts_at,
        ends_at=ends_at,
        cancelled_at=cancelled_at,
        cancel_reason=reason,
        was_starts_at=was_starts_at,
        was_ends_at=was_ends_at,
        activity=Activity(
            pk=activity_id, slug=slug, name=name, place=Place(name=place, address=address)
        ),
        instead=instead or None,
    )
