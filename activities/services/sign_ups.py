"""*Jag tänker komma*, *Anmäl mig*, and the line for a full session; all of it may be taken back.

Whoever changes who has a place locks the session's row first. So a place that becomes free is
offered to the first in line before anybody else can find it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities import notifications, offering
from activities.models import Contract, Enrolment, Session, SessionState, SignUp
from activities.services import company
from activities.services.sessions import SessionCancelled, SessionOver
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType
from portal.reminders.times import quiet_around

if TYPE_CHECKING:
    from datetime import datetime

    from participants.models import Participant
    from portal.actor import Actor

TO_ANSWER = timedelta(hours=2)  # awake: nobody loses a place by sleeping
AT_A_TIME = 200  # sessions in one run of the task


class NoSignUp(Exception):
    """This session takes those it has a place for: by timetable, or its own members."""


class SessionFull(Exception):
    """Every place is taken, or held for somebody who has waited."""


class OfferOver(Exception):
    """The time to answer has run out, and the place is somebody else's."""


@transaction.atomic
def sign_up(*, session: Session, participant: Participant, by: Actor, now: datetime) -> SignUp:
    """Note that a person means to come. However many press at once, no place is given twice."""
    if known := _known(session, participant):
        return known
    if session.is_full:  # as the page knew it: most of a crowd need not wait for the lock
        raise SessionFull
    session = _open_to(session, participant, now=now)
    if session.is_full:
        raise SessionFull
    return _write_down(session, participant, by=by, now=now)


@transaction.atomic
def wait(*, session: Session, participant: Participant, by: Actor, now: datetime) -> SignUp:
    """Stand in line; if a place has become free meanwhile it is theirs, since nobody waits."""
    if known := _known(session, participant):
        return known
    session = _open_to(session, participant, now=now)
    since = now if session.is_full else None
    return _write_down(session, participant, by=by, now=now, waiting_since=since)


@transaction.atomic
def accept(*, sign_up: SignUp, by: Actor, now: datetime) -> None:
    """Say yes to the place that is held, if there still is something to come to."""
    to_come = Session.objects.held().filter(ends_at__gt=now)
    offered = SignUp.objects.offered().filter(
        pk=sign_up.pk, answer_by__gt=now, session__in=to_come.values("pk")
    )
    if not offered.update(offered_at=None, answer_by=None, created_at=now):
        raise OfferOver
    notifications.plan_coming([sign_up.session_id])
    _note(AuditAct.CHANGE, sign_up, by=by)


@transaction.atomic
def withdraw(*, sign_up: SignUp, by: Actor, now: datetime) -> None:
    """Take it back, leave the line, or say no to a place: whoever is next is asked."""
    _locked(sign_up.session_id)
    if not SignUp.objects.kept().filter(pk=sign_up.pk).update(withdrawn_at=now):
        return
    notifications.plan_coming([sign_up.session_id])
    _note(AuditAct.CHANGE, sign_up, by=by)
    company.take_back(
        session_id=sign_up.session_id, participant=sign_up.participant, by=by, now=now
    )
    pass_on(sign_up.session_id, now=now)


def pass_on(session_id: int, *, now: datetime) -> int:
    """Offer the free places of a session to those who have waited longest; return how many.

    To be called in the transaction that makes a place free, after the change.
    """
    with as_system(Purpose.SESSIONS):
        session = _locked(session_id)
        if not session.seats_left or session.cancelled_at or session.starts_at <= now:
            return 0
        first = SignUp.objects.waiting().filter(session=session)[: session.seats_left]
        chosen = list(first.values_list("pk", flat=True))
        SignUp.objects.filter(pk__in=chosen).update(
            waiting_since=None, offered_at=now, answer_by=answer_by(session.starts_at, now=now)
        )
    offering.plan(chosen)
    return len(chosen)


def answer_by(starts_at: datetime, *, now: datetime) -> datetime:
    """Return until when a place is held: two hours by day, and never past the start.

    What is offered late in the day is held until two hours into the morning.
    """
    quiet = quiet_around(now + TO_ANSWER)
    return min(quiet[1] if quiet else now, starts_at - TO_ANSWER) + TO_ANSWER


def pass_on_all(*, now: datetime) -> dict[str, int]:
    """Take back the offers that nobody answered, and offer every place that is free."""
    with as_system(Purpose.SESSIONS):
        unanswered = SignUp.objects.offered().filter(answer_by__lte=now)
        emptied = sorted(set(unanswered.values_list("session_id", flat=True)[:AT_A_TIME]))
        lines = Session.objects.held().filter(
            pk__in=SignUp.objects.waiting().values("session"),
            starts_at__gt=now,
            seats__gt=F("signed_up"),
        )
        free = list(lines.order_by("starts_at", "pk").values_list("pk", flat=True)[:AT_A_TIME])
    counts = {"unanswered": 0, "offered": 0}
    for session_id in dict.fromkeys([*emptied, *free]):
        with as_system(Purpose.SESSIONS):
            _locked(session_id)
            late = SignUp.objects.offered().filter(session=session_id, answer_by__lte=now)
            counts["unanswered"] += late.update(withdrawn_at=now)
            counts["offered"] += pass_on(session_id, now=now)
    return counts


def _known(session: Session, participant: Participant) -> SignUp | None:
    return SignUp.objects.kept().filter(session=session, participant=participant).first()


def _locked(session_id: int) -> Session:
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("activity").get(pk=session_id)


def _open_to(session: Session, participant: Participant, *, now: datetime) -> Session:
    """Return the session as it stands, locked, if this person may sign up to it."""
    session = _locked(session.pk)
    if session.cancelled_at:
        raise SessionCancelled
    if session.state(now) == SessionState.CLOSED:
        raise SessionOver
    contract = session.activity.contract
    if contract == Contract.DAY_BY_DAY:
        return session
    day = timezone.localdate(session.starts_at)
    members = Enrolment.objects.on(day).filter(activity=session.activity, participant=participant)
    if contract == Contract.SCHEDULE or not members.exists():
        raise NoSignUp
    return session


def _write_down(
    session: Session,
    participant: Participant,
    *,
    by: Actor,
    now: datetime,
    waiting_since: datetime | None = None,
) -> SignUp:
    """Write one row for a person and a session, also when somebody comes back."""
    said = {"waiting_since": waiting_since, "created_at": now, "author": by.user}
    sign_up, _is_new = SignUp.objects.update_or_create(
        session=session,
        participant=participant,
        defaults={**said, "withdrawn_at": None, "offered_at": None, "answer_by": None},
        create_defaults={**said, "owner_id": session.activity.owner_id},
    )
    if timezone.localdate(session.starts_at) > timezone.localdate(now):
        notifications.plan_coming([session.pk])  # what is today needs no word of tomorrow
    _note(AuditAct.CREATE, sign_up, by=by)
    return sign_up


def _note(act: AuditAct, sign_up: SignUp, *, by: Actor) -> None:
    audit.record(
        act,
        "sign_up",
        by=by,
        participants=[sign_up.participant_id],
        subject_id=sign_up.pk,
        info_types=[InfoType.ACTIVITY],
    )
