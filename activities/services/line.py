"""The line for a place: one, for people with a record and for those without an account.

Whoever changes who has a place locks the session's row first. So a place that becomes free is
offered to the first in line before anybody else can find it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q

from activities.models import GuestSignUp, Session, SessionState, SignUp
from activities.notifications import guest_letters, offering
from activities.services.sessions import SessionCancelled, SessionOver
from portal.context import Purpose, as_system
from portal.reminders.times import quiet_around

if TYPE_CHECKING:
    from datetime import datetime

TO_ANSWER = timedelta(hours=2)  # awake: nobody loses a place by sleeping
AT_A_TIME = 200  # sessions in one run of the task


class SessionFull(Exception):
    """Every place is taken, or held for somebody who has waited."""


class OfferOver(Exception):
    """The time to answer has run out, and the place is somebody else's."""


def locked(session_id: int) -> Session:
    """Return a session that nobody else gives or takes places of, until this is done."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("activity").get(pk=session_id)


def open_at(session_id: int, *, now: datetime) -> Session:
    """Return a session, locked, if there still is something to come to."""
    session = locked(session_id)
    if session.cancelled_at:
        raise SessionCancelled
    if session.state(now) == SessionState.CLOSED:
        raise SessionOver
    return session


def pass_on(session_id: int, *, now: datetime) -> int:
    """Offer the free places of a session to those who have waited longest; return how many.

    Where nobody counts places any more there is one for each.
    To be called in the transaction that makes a place free, after the change.
    """
    with as_system(Purpose.SESSIONS):
        session = locked(session_id)
        if session.is_full or session.cancelled_at or session.starts_at <= now:
            return 0
        people, guests = _first_in_line(session, session.seats_left)
        held = {
            "waiting_since": None,
            "offered_at": now,
            "answer_by": answer_by(session.starts_at, now=now),
        }
        SignUp.objects.filter(pk__in=people).update(**held)
        GuestSignUp.objects.filter(pk__in=guests).update(**held)
    offering.plan(people)
    guest_letters.plan_offers(guests)
    return len(people) + len(guests)


def _first_in_line(session: Session, places: int | None) -> tuple[list[int], list[int]]:
    """Return who has waited longest, people and guests, whichever list they stand in."""
    people = SignUp.objects.waiting().filter(session=session)
    guests = GuestSignUp.objects.waiting().filter(session=session)
    in_line = [
        (since, is_guest, pk)
        for is_guest, rows in enumerate((people, guests))
        for since, pk in rows.values_list("waiting_since", "pk")[:places]
        if since
    ]
    first = sorted(in_line)[:places]
    found = ([pk for _since, is_guest, pk in first if is_guest == kind] for kind in (0, 1))
    return next(found), next(found)


def answer_by(starts_at: datetime, *, now: datetime) -> datetime:
    """Return until when a place is held: two hours by day, and never past the start.

    What is offered late in the day is held until two hours into the morning.
    """
    quiet = quiet_around(now + TO_ANSWER)
    return min(quiet[1] if quiet else now, starts_at - TO_ANSWER) + TO_ANSWER


def pass_on_all(*, now: datetime) -> dict[str, int]:
    """Take back the offers that nobody answered, and offer every place that is free."""
    with as_system(Purpose.SESSIONS):
        late = (
            model.objects.offered().filter(answer_by__lte=now) for model in (SignUp, GuestSignUp)
        )
        emptied = {
            pk for rows in late for pk in rows.values_list("session_id", flat=True)[:AT_A_TIME]
        }
        waits = Q(pk__in=SignUp.objects.waiting().values("session")) | Q(
            pk__in=GuestSignUp.objects.waiting().values("session")
        )
        has_room = Q(seats=None) | Q(seats__gt=F("signed_up"))
        lines = Session.objects.held().filter(waits, has_room, starts_at__gt=now)
        free = list(lines.order_by("starts_at", "pk").values_list("pk", flat=True)[:AT_A_TIME])
    counts = {"unanswered": 0, "offered": 0}
    for session_id in dict.fromkeys([*sorted(emptied), *free]):
        with as_system(Purpose.SESSIONS):
            locked(session_id)
            for rows in (SignUp.objects.offered(), GuestSignUp.objects.offered()):
                silent = rows.filter(session=session_id, answer_by__lte=now)
                counts["unanswered"] += silent.update(withdrawn_at=now)
            counts["offered"] += pass_on(session_id, now=now)
    return counts
