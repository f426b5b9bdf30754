"""The door list: whom a leader may see at a session, and who of them is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid5

from django.db.models import Count, Sum
from django.utils import timezone

from activities import expecting
from activities.models import (
    Absence,
    AbsenceReason,
    Attendance,
    Contract,
    Enrolment,
    Guest,
    GuestSignUp,
    HowNoted,
    Session,
    SignUp,
)
from participants.models import Participant, short_name
from portal.http import addresses
from portal.models import SWEDISH_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from portal.actor import Actor

RECENTLY = timedelta(days=60)
UNSEEN = (HowNoted.CODE, HowNoted.MEMBERS)
MOST_GUESTS = 100  # with a name; the rest are a number


class Named(NamedTuple):
    """Somebody of the door list, before it is known whether they are there."""

    pk: int
    public_id: UUID
    first_name: str
    last_name: str


class Noted(NamedTuple):
    """When somebody came, and when they left."""

    participant_id: int
    public_id: UUID
    arrived_at: datetime
    left_at: datetime | None
    how: str
    companions: int

    @property
    def number(self) -> int:
        """How many of them are here: with their company, or nobody once they have left."""
        return 0 if self.left_at else 1 + self.companions


@dataclass(frozen=True, slots=True)
class Row:
    """One person at the door, by first name and initial, and what a tap on the row does."""

    pk: int
    person: UUID
    name: str
    is_coming: bool
    tap: str
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    undo: str = ""  # beside what was tapped last, and what nobody who works here has seen
    is_last: bool = False  # what was tapped last
    how: str = ""
    seen: str = ""  # where a leader says that a code was right
    away: str = ""  # why somebody with a timetable does not come, in words
    away_page: str = ""  # where that is said, or taken back
    companions: int = 0
    company: str = ""  # where those who come along are counted

    @property
    def state(self) -> str:
        """How the row stands, for the script of the page."""
        return ("left" if self.left_at else "here") if self.arrived_at else "none"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many mean to come, and how many are there."""

    coming: int
    here: int


def people(session: Session, *, actor: Actor, named: str = "") -> QuerySet[Participant]:
    """Return the people of this session's activity whom the actor may see.

    Enrolled, signed up for this session, or here within sixty days before it. The reach is that of
    `visible_to`; what stands below only chooses among those, starting from the activity.
    """
    day = timezone.localdate(session.starts_at)
    enrolled = Enrolment.objects.on(day).filter(activity=session.activity_id)
    signed_up = SignUp.objects.standing().filter(session=session)
    recently = Attendance.objects.noted().filter(
        session__activity=session.activity_id,
        session__starts_at__gt=session.starts_at - RECENTLY,
        session__starts_at__lte=session.starts_at,
    )
    parts: tuple[QuerySet[Any], ...] = (enrolled, signed_up, recently)
    ours: list[Any] = [rows.values("participant") for rows in parts]
    found = Participant.objects.visible_to(actor).filter(pk__in=ours[0].union(*ours[1:]))
    if named:
        written = named.translate(str.maketrans(*SWEDISH_ORDER)).lower()
        found = found.filter(sort_key__contains=written)
    return found.order_by("sort_key", "pk")


def listed(
    session: Session, *, actor: Actor, coming: Container[int], named: str = ""
) -> list[Named]:
    """Return everybody on the door list of a session, expected ones first."""
    found = people(session, actor=actor, named=named).values_list(*Named._fields)
    return sorted(map(Named._make, found), key=lambda one: one.pk not in coming)


def guests_coming(
    session: Session, here: Iterable[Guest], *, actor: Actor
) -> list[tuple[GuestSignUp, UUID]]:
    """Return who has signed up without an account and has not come, with what a tap is known by.

    A tap that was undone leaves its row behind, so the next tap has another number.
    """
    if not session.activity.is_event:
        return []
    undone = Guest.objects.filter(session=session, removed_at__isnull=False).count()
    taps = {guest.submission_id for guest in here}
    signed_up = GuestSignUp.objects.run_by(actor).standing().remembered().filter(session=session)
    return [
        (one, uuid5(one.public_id, str(undone)))
        for one in signed_up.order_by("name", "pk")[:MOST_GUESTS]
        if not taps & {uuid5(one.public_id, str(turn)) for turn in range(undone + 1)}
    ]


def absences(session: Session, *, actor: Actor) -> dict[int, AbsenceReason]:
    """Return who does not come to a session and why; only a timetable knows of it."""
    if session.activity.contract != Contract.SCHEDULE:
        return {}
    away = Absence.objects.visible_to(actor).standing().filter(session=session)
    return {pk: AbsenceReason(why) for pk, why in away.values_list("participant_id", "reason")}


def attendance(session: Session, *, actor: Actor) -> dict[int, Noted]:
    """Return who has come to a session, by person."""
    noted = Attendance.objects.visible_to(actor).noted().filter(session=session)
    found = map(Noted._make, noted.values_list(*Noted._fields))
    return {one.participant_id: one for one in found}


def rows(
    people: Iterable[Named],
    session: Session,
    noted: Mapping[int, Noted],
    *,
    coming: Container[int],
    away: Mapping[int, AbsenceReason],
    last: str,
) -> Iterator[Row]:
    """Put people into rows of the door list: in by one tap, out by the next."""
    by_timetable = session.activity.contract == Contract.SCHEDULE
    not_coming = addresses("activities:absence_note", session.pk)
    coming_after_all = addresses("activities:absence_undo", session.pk)
    check_in = addresses("activities:check_in", session.pk)
    put_here = _rows_of_those_here(last)
    for one in people:
        name, is_coming = short_name(one.first_name, one.last_name), one.pk in coming
        if here := noted.get(one.pk):
            yield put_here(one, name, here, is_coming=is_coming)
            continue
        reason = away.get(one.pk)
        page = (coming_after_all if reason else not_coming)(one.public_id)
        yield Row(
            one.pk,
            one.public_id,
            name,
            is_coming,
            check_in(one.public_id),
            away=str(reason.label) if reason else "",
            away_page=page if reason or (is_coming and by_timetable) else "",
        )


def _rows_of_those_here(last: str) -> Callable[..., Row]:
    """Return what makes the row of somebody who has come; the addresses are reversed once."""
    check_out = addresses("activities:check_out")
    take_back = addresses("activities:attendance_undo")
    seen = addresses("activities:attendance_confirm")
    company = addresses("activities:company_count")

    def put(one: Named, name: str, here: Noted, *, is_coming: bool) -> Row:
        undo, is_last = take_back(here.public_id), str(here.public_id) == last
        return Row(
            one.pk,
            one.public_id,
            name,
            is_coming,
            undo if here.left_at else check_out(here.public_id),
            here.arrived_at,
            here.left_at,
            undo=undo if is_last or here.how in UNSEEN else "",
            is_last=is_last,
            how=here.how,
            seen=seen(here.public_id) if here.how == HowNoted.CODE else "",
            companions=here.companions,
            company=company(here.public_id)
            if not here.left_at and (is_last or here.companions)
            else "",
        )

    return put


def numbers(sessions: Iterable[Session], *, actor: Actor) -> dict[int, Numbers]:
    """Return how many mean to come and are there at each session, guests included."""
    by_id = {one.pk: one for one in sessions}
    noted = Attendance.objects.visible_to(actor).noted()
    here = Counter({pk: one.guests for pk, one in by_id.items()})
    counts: tuple[tuple[QuerySet[Any], Any], ...] = (
        (noted, Count("pk") + Sum("companions")),
        (Guest.objects.here(), Count("pk")),
    )
    for rows, number in counts:
        counted = rows.filter(session__in=by_id, left_at=None).values("session")
        here.update(dict(counted.values_list("session", number)))
    meaning_to = expecting.coming(by_id)
    return {
        pk: Numbers(
            one.signed_up if one.activity.is_event else len(meaning_to.get(pk, ())), here[pk]
        )
        for pk, one in by_id.items()
    }
