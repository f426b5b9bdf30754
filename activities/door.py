"""The door list: whom a leader may see at a session, and who of them is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from activities import notifications
from activities.models import Attendance, Contract, Enrolment, Guest, Session, SignUp
from participants.models import Participant
from portal.models import SWEDISH_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from portal.actor import Actor

RECENTLY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Row:
    """One person at the door, by first name and initial."""

    person: Participant
    is_coming: bool
    attendance: Attendance | None

    @property
    def is_here(self) -> bool:
        return self.attendance is not None and self.attendance.left_at is None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many mean to come, and how many are there."""

    coming: int
    here: int


def people(session: Session, *, actor: Actor, named: str = "") -> QuerySet[Participant]:
    """Return the people of this session's activity whom the actor may see, expected ones first.

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
    coming = Q(Exists(signed_up.filter(participant=OuterRef("pk"))))
    if session.activity.contract == Contract.SCHEDULE:
        today = enrolled.filter(weekdays__contains=[day.weekday()])
        coming |= Q(Exists(today.filter(participant=OuterRef("pk"))))
    found = Participant.objects.visible_to(actor).filter(pk__in=ours[0].union(*ours[1:]))
    if named:
        written = named.translate(str.maketrans(*SWEDISH_ORDER)).lower()
        found = found.filter(sort_key__contains=written)
    return found.annotate(is_coming=coming).order_by("-is_coming", "sort_key", "pk")


def attendance(session: Session, *, actor: Actor) -> dict[int, Attendance]:
    """Return who has come to a session, by person."""
    noted = Attendance.objects.visible_to(actor).noted().filter(session=session)
    return {one.participant_id: one for one in noted}


def row(person: Participant, attendances: Mapping[int, Attendance]) -> Row:
    """Return a person as the door list shows them."""
    return Row(
        person,
        is_coming=person.is_coming,  # type: ignore[attr-defined]
        attendance=attendances.get(person.pk),
    )


def numbers(sessions: Iterable[Session], *, actor: Actor) -> dict[int, Numbers]:
    """Return how many mean to come and are there at each session, guests included."""
    by_id = {one.pk: one for one in sessions}
    noted = Attendance.objects.visible_to(actor).noted()
    named = Guest.objects.here()
    here = Counter({pk: one.guests for pk, one in by_id.items()})
    for rows in (noted, named):
        counted = rows.filter(session__in=by_id, left_at=None).values("session")
        here.update(dict(counted.values_list("session", Count("pk"))))
    meaning_to = notifications.coming(by_id)
    return {pk: Numbers(len(meaning_to.get(pk, ())), here[pk]) for pk in by_id}
