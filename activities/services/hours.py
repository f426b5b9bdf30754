"""Opening hours, and the sessions that follow from them eight weeks ahead."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from activities import expecting, laying_out
from activities.models import (
    Absence,
    Activity,
    CancelReason,
    CompanyWish,
    OpeningException,
    OpeningRule,
    Session,
    SignUp,
)
from activities.notifications import moved, offering
from activities.notifications.sessions import plan_sessions
from portal.context import Purpose, as_system

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from activities.laying_out import Spans
    from activities.models.sessions import SessionQuerySet

AHEAD = timedelta(weeks=8)
AT_A_TIME = 200  # activities in one transaction: about ten thousand sessions


@dataclass(slots=True)
class Plan:
    """What the opening hours make of the sessions that there are."""

    new: Spans = field(default_factory=dict)
    moved: list[tuple[Session, datetime, datetime]] = field(default_factory=list)
    gone: list[Session] = field(default_factory=list)
    back: list[Session] = field(default_factory=list)  # cancelled by the hours, which came back
    there: list[Session] = field(default_factory=list)
    told: int = 0  # people: a number, since some are nobody's to name here

    @property
    def touched(self) -> list[int]:
        """The sessions that somebody may have meant to come to, and that change."""
        return [one.pk for one, *_hours in self.moved] + [one.pk for one in self.gone]


def planned(there: Iterable[Session], wanted: Spans, *, now: datetime) -> Plan:
    """Return what has to change for the sessions to be as wanted; asks no database.

    A session whose hours went away takes over other hours of its day: whoever meant to come keeps
    their place. What a hand has touched stays, and so does what has begun.
    """
    plan, taken, kept, loose = Plan(), set(), [], []
    for session in sorted(there, key=lambda one: one.starts_at):
        taken |= {session.laid_out_for, session.starts_at}
        end = wanted.get(session.laid_out_for) if session.laid_out_for else None
        if session.is_off_by_the_hours:
            if end and session.starts_at > now:
                plan.back.append(session)
                if end != session.ends_at:
                    plan.moved.append((session, session.starts_at, end))
        elif session.laid_out_for is None or session.starts_at <= now or session.is_touched:
            kept.append(session)
        elif end is None:
            loose.append(session)
        elif end != session.ends_at:
            plan.moved.append((session, session.starts_at, end))
    free = {
        start: end
        for start, end in wanted.items()
        if start not in taken and end > now and not any(_meet(one, start, end) for one in kept)
    }
    _place(free, loose, plan)
    return plan


def _place(free: Spans, loose: list[Session], plan: Plan) -> None:
    """Give each free span to a session of its day that has lost its own, or to a new one."""
    for start, end in free.items():
        heir = next((one for one in loose if localdate(one.starts_at) == localdate(start)), None)
        if heir is None:
            plan.new[start] = end
        else:
            loose.remove(heir)
            plan.moved.append((heir, start, end))
    plan.gone = loose


def _meet(session: Session, start: datetime, end: datetime) -> bool:
    return session.starts_at < end and start < session.ends_at


def preview(
    activity: Activity,
    rules: Iterable[OpeningRule],
    exceptions: Iterable[OpeningException],
    *,
    today: date,
    now: datetime,
) -> Plan:
    """Return what these hours would change in the coming eight weeks, and change nothing."""
    ahead = today + AHEAD
    last = min(ahead, activity.ended_on or ahead)
    wanted = laying_out.spans(rules, exceptions, first=today, last=last)
    with as_system(Purpose.SESSIONS, savepoint=False):
        there = _known([activity.pk], first=today, last=ahead)[activity.pk]
        plan = planned(there, wanted, now=now)
        plan.there = sorted(there, key=lambda one: one.starts_at)
        if plan.touched:
            people = expecting.concerned(plan.touched).values()
            plan.told = len({person for some in people for person in some})
    return plan


def lay_out(
    *, today: date, now: datetime, last: date | None = None, only: Collection[int] | None = None
) -> dict[str, int]:
    """Make the sessions of today and the coming eight weeks what the opening hours say.

    Doing it twice changes nothing. What somebody has cancelled, opened, closed or moved stays as
    it is, and so does everything that has begun. If hours go away or are moved under people who
    have said that they come, or are expected, they are told.
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
        plan = planned(there, wanted, now=now)
        new += [
            Session(
                activity=activity,
                starts_at=start,
                ends_at=end,
                laid_out_for=start,
                seats=activity.seats,
            )
            for start, end in plan.new.items()
        ]
        counts += _carry_out(plan, activity, now=now)
        counts += _seat(there, plan, seats=activity.seats, now=now)
    Session.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    counts["laid_out"] = len(new)
    return counts


def _known(pks: Collection[int], *, first: date, last: date) -> dict[int, list[Session]]:
    """Return the sessions there are by activity, laid out or made by hand."""
    days = (laying_out.midnight(first), laying_out.midnight(last + laying_out.DAY))
    rows = Session.objects.filter(
        Q(laid_out_for__range=days) | Q(starts_at__range=days), activity__in=pks
    )
    said = Exists(SignUp.objects.filter(session=OuterRef("pk"))) | Exists(
        Absence.objects.filter(session=OuterRef("pk"))
    )
    known: dict[int, list[Session]] = defaultdict(list)
    for session in rows.annotate(has_a_word=said):
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


def _carry_out(plan: Plan, activity: Activity, *, now: datetime) -> Counter[str]:
    """Move, remove or cancel what the hours no longer say, and tell those whom it touches."""
    counts: Counter[str] = Counter()
    expected = expecting.concerned(plan.touched) if plan.touched else {}
    on_again = [session.pk for session in plan.back if _restore(session, now=now)]
    counts["changed"] += len(on_again)
    for session, start, end in plan.moved:
        hours = {"starts_at": start, "ends_at": end, "laid_out_for": start}
        if expected.get(session.pk):
            before = {"was_starts_at": session.starts_at, "was_ends_at": session.ends_at}
            hours |= before | {"moved_at": now}
        counts["changed"] += _untouched(session).update(**hours)
    offering.follow([session.pk for session, *_hours in plan.moved])
    off = []
    for session in plan.gone:
        if not (session.has_a_word or expected.get(session.pk)):  # type: ignore[attr-defined]
            counts["removed"] += _remove(session)
        elif _cancel(session, now=now):
            off.append(session.pk)
    counts["cancelled"] += len(off)
    plan_sessions([*on_again, *off])  # together: eight weeks are many
    if any(expected.values()):
        Activity.objects.filter(pk=activity.pk).update(hours_changed_at=now)
        moved.plan_hours([activity.pk])
    return counts


def _seat(there: list[Session], plan: Plan, *, seats: int | None, now: datetime) -> Counter[str]:
    """Give the number of places to what no hand has touched; never fewer than are taken."""
    counts: Counter[str] = Counter()
    left = {one.pk for one in plan.gone}
    for session in there:
        begun = session.laid_out_for is None or session.starts_at <= now
        room = seats if seats is None else max(seats, session.signed_up)
        if (
            session.pk not in left
            and not begun
            and not session.is_touched
            and not session.seats_by_hand
            and session.seats != room
        ):
            own = _untouched(session).filter(seats_by_hand=False)
            # Somebody may have signed up since it was read.
            fewest = seats if seats is None else Greatest(seats, F("signed_up"))
            counts["changed"] += own.update(seats=fewest)
    return counts


def _untouched(session: Session) -> SessionQuerySet:
    """Return the row, if nobody has laid a hand on it since it was read."""
    return Session.objects.untouched().filter(pk=session.pk)


def _cancel(session: Session, *, now: datetime) -> int:
    other = {"cancelled_at": now, "cancel_reason": CancelReason.OTHER_HOURS}
    return _untouched(session).update(**other)


def _restore(session: Session, *, now: datetime) -> int:
    """Let a session happen that only the hours had cancelled: they say again that it does."""
    on_again = Session.objects.off_by_the_hours().filter(pk=session.pk)
    return on_again.update(
        cancelled_at=None, cancel_reason="", instead=None, restored_at=now, restored_by=None
    )


def _remove(session: Session) -> int:
    """Remove a session that nobody has said a word about, also in the last instant."""
    held = _untouched(session).select_for_update(of=("self",))
    if not held.exists() or any(
        said.objects.filter(session=session).exists() for said in (SignUp, Absence, CompanyWish)
    ):
        return 0
    session.delete()
    return 1
