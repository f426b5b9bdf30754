"""Opening hours, and the sessions that follow from them eight weeks ahead."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q

from activities import laying_out, notifications
from activities.models import (
    Activity,
    CancelReason,
    Guest,
    OpeningException,
    OpeningRule,
    Session,
    SignUp,
)
from portal.context import Purpose, as_system

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from activities.laying_out import Spans
    from activities.models.sessions import SessionQuerySet

AHEAD = timedelta(weeks=8)
AT_A_TIME = 200  # activities in one transaction: about ten thousand sessions


def lay_out(
    *, today: date, now: datetime, last: date | None = None, only: Collection[int] | None = None
) -> dict[str, int]:
    """Make the sessions of today and the coming eight weeks what the opening hours say.

    Doing it twice changes nothing. What somebody has cancelled, opened, closed or moved stays as
    it is, and so does everything that has begun. If hours go away under people who have said that
    they come, the session is cancelled and they are told.
    """
    last = last or today + AHEAD
    running = Activity.objects.running(today)
    if only is not None:
        running = running.filter(pk__in=only)
    counts: Counter[str] = Counter()
    for some in batched(running.order_by("pk").values_list("pk", flat=True), AT_A_TIME):
        with as_system(Purpose.SESSIONS):
            counts += _lay_out(some, today=today, now=now, last=last)
    return {what: counts[what] for what in ("laid_out", "changed", "removed", "cancelled")}


def _lay_out(pks: Collection[int], *, today: date, now: datetime, last: date) -> Counter[str]:
    with connection.cursor() as cursor:  # one at a time: two beats may tick at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lay_out_sessions'))")
    known = _known(pks, first=today, last=last)
    new: list[Session] = []
    counts: Counter[str] = Counter()
    for activity in _with_hours(pks, first=today, last=last):
        wanted = laying_out.spans(
            activity.opening_rules.all(),
            activity.opening_exceptions.all(),
            first=today,
            last=min(last, activity.ended_on or last),
        )
        there = known[activity.pk]
        taken = {one.laid_out_for for one in there} | {one.starts_at for one in there}
        new += [
            Session(
                activity=activity,
                starts_at=start,
                ends_at=end,
                laid_out_for=start,
                seats=activity.seats,
            )
            for start, end in wanted.items()
            if start not in taken
        ]
        counts += _mend(there, wanted, seats=activity.seats, now=now)
    Session.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    counts["laid_out"] = len(new)
    return counts


def _known(pks: Collection[int], *, first: date, last: date) -> dict[int, list[Session]]:
    """Return the sessions there are by activity, laid out or made by hand."""
    days = (laying_out.midnight(first), laying_out.midnight(last + laying_out.DAY))
    rows = Session.objects.filter(
        Q(laid_out_for__range=days) | Q(starts_at__range=days), activity__in=pks
    )
    signed_up = SignUp.objects.filter(session=OuterRef("pk"))
    known: dict[int, list[Session]] = defaultdict(list)
    for session in rows.annotate(has_sign_up=Exists(signed_up)):
        known[session.activity_id].append(session)
    return known


def _with_hours(pks: Collection[int], *, first: date, last: date) -> list[Activity]:
    rules = OpeningRule.objects.filter(valid_from__lte=last).order_by("pk")
    unlike = OpeningException.objects.filter(on__range=(first, last)).order_by("on")
    return list(
        Activity.objects.filter(pk__in=pks)
        .order_by("pk")
        .prefetch_related(
            Prefetch("opening_rules", queryset=rules),
            Prefetch("opening_exceptions", queryset=unlike),
        )
    )


def _mend(there: list[Session], wanted: Spans, *, seats: int | None, now: datetime) -> Counter[str]:
    """Change, remove or cancel what the hours no longer say, where no hand has been."""
    counts: Counter[str] = Counter()
    for session in there:
        if session.laid_out_for is None or session.starts_at <= now or session.is_touched:
            continue
        if end := wanted.get(session.laid_out_for):
            room = seats if seats is None else max(seats, session.signed_up)
            if (session.ends_at, session.seats) != (end, room):
                counts["changed"] += _untouched(session).update(ends_at=end, seats=room)
        elif session.has_sign_up:  # type: ignore[attr-defined]
            counts["cancelled"] += _cancel(session, now=now)
        else:
            counts["removed"] += _remove(session)
    return counts


def _untouched(session: Session) -> SessionQuerySet:
    """Return the row, if nobody has laid a hand on it since it was read."""
    return Session.objects.untouched().filter(pk=session.pk)


def _cancel(session: Session, *, now: datetime) -> int:
    off = _untouched(session).update(cancelled_at=now, cancel_reason=CancelReason.OTHER_HOURS)
    if off:
        notifications.plan_sessions([session.pk])
    return off


def _remove(session: Session) -> int:
    """Remove a session that nobody has said a word about, also in the last instant."""
    held = _untouched(session).select_for_update(of=("self",))
    if not held.exists() or SignUp.objects.filter(session=session).exists():
        return 0
    session.delete()
    return 1


def forget_guests(*, today: date) -> int:
    """Turn typed names of earlier days into numbers; return how many."""
    old = Guest.objects.filter(session__starts_at__lt=laying_out.midnight(today - laying_out.DAY))
    with as_system(Purpose.SESSIONS):
        counted = Counter(
            old.here().select_for_update(of=("self",)).values_list("session_id", flat=True)
        )
        for session_id, number in sorted(counted.items()):
            Session.objects.filter(pk=session_id).update(guests=F("guests") + number)
        forgotten, _ = old.delete()
    return forgotten
