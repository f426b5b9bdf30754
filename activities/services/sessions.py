"""What a leader does with a session: open, close, move, cancel, take that back, count guests."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from activities import expecting
from activities.models import CancelReason, Guest, Session
from activities.notifications import moved, offering
from activities.notifications.sessions import plan_sessions
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from portal.actor import Actor

UNDO = timedelta(minutes=10)
MOST_GUESTS = 999  # more than any room in town holds


class SessionCancelled(Exception):
    """The session does not happen: somebody cancelled it between our read and our write."""


class SessionOver(Exception):
    """The session has ended, or has been closed for the day."""


class SessionNotBegun(Exception):
    """The session has not begun: who means to come would meet a closed door, untold."""


class TooLateToRestore(Exception):
    """More than ten minutes have passed, or somebody else has taken it back."""


class SessionThere(Exception):
    """The activity has another session that begins at that very time."""


@transaction.atomic
def open_session(*, session: Session, by: Actor, now: datetime) -> None:
    """Open the door, also before the hour, and again after it was closed by mistake."""
    _change(session, now=now, opened_at=now, opened_by=by.user, closed_at=None, closed_by=None)
    _note(session, by=by)


@transaction.atomic
def close_session(*, session: Session, by: Actor, now: datetime) -> None:
    """Close for the day; before the hour, take an early opening back, and nobody loses theirs."""
    if now >= session.starts_at:
        _change(session, now=now, closed_at=now, closed_by=by.user)
    elif session.opened_at:
        _change(session, now=now, opened_at=None, opened_by=None)
    else:
        raise SessionNotBegun
    _note(session, by=by)


@transaction.atomic
def cancel_session(
    *,
    session: Session,
    by: Actor,
    now: datetime,
    reason: CancelReason,
    instead: Session | None = None,
) -> None:
    """Cancel, and tell at once those who meant to come. Attendance so far stays as it is."""
    _change(
        session,
        now=now,
        cancelled_at=now,
        cancelled_by=by.user,
        cancel_reason=reason,
        instead=instead,
    )
    _tell(session, by=by)


@transaction.atomic
def restore_session(*, session: Session, by: Actor, now: datetime) -> None:
    """Take a cancellation back within ten minutes; whoever has been told is told again."""
    fresh = Session.objects.filter(pk=session.pk, cancelled_at__gt=now - UNDO)
    restored = fresh.update(
        cancelled_at=None,
        cancelled_by=None,
        cancel_reason="",
        instead=None,
        restored_at=now,
        restored_by=by.user,
    )
    if not restored:
        raise TooLateToRestore
    _tell(session, by=by)


@transaction.atomic
def move_session(
    *,
    session: Session,
    by: Actor,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
    instead: Session | None = None,
) -> None:
    """Give one session other hours, and tell at once those who meant to come.

    While it can still be taken back, a second change keeps in mind what stood before the first.
    """
    if session.closed_at:
        raise SessionOver
    lately = {"moved_at__gt": now - UNDO, "changed_at": F("moved_at")}
    with _once_at_a_time():
        _change(
            session,
            now=now,
            starts_at=starts_at,
            ends_at=ends_at,
            was_starts_at=Coalesce(Case(When(**lately, then="was_starts_at")), "starts_at"),
            was_ends_at=Coalesce(Case(When(**lately, then="was_ends_at")), "ends_at"),
            moved_at=now,
            changed_at=now,
            changed_by=by.user,
            instead=instead,
        )
    offering.follow([session.pk])
    _tell(session, by=by)


def may_move_back(session: Session, now: datetime) -> bool:
    """Answer whether somebody gave it other hours less than ten minutes ago."""
    at = session.moved_at
    return at is not None and session.is_moved and at == session.changed_at and now - at < UNDO


@transaction.atomic
def move_back(*, session: Session, by: Actor, now: datetime) -> None:
    """Take a change of hours back within ten minutes; whoever has been told is told again."""
    fresh = Session.objects.held().filter(
        pk=session.pk,
        moved_at__gt=now - UNDO,
        changed_at=F("moved_at"),
        was_starts_at__isnull=False,
    )
    with _once_at_a_time():
        found = fresh.update(
            starts_at=F("was_starts_at"),
            ends_at=F("was_ends_at"),
            was_starts_at=None,
            was_ends_at=None,
            moved_at=now,
            changed_at=now,
            changed_by=by.user,
            instead=None,
        )
    if not found:
        raise TooLateToRestore
    session.refresh_from_db()
    offering.follow([session.pk])
    _tell(session, by=by)


@transaction.atomic
def count_guests(*, session: Session, by: Actor, change: int) -> None:
    """Count one guest more or less; never fewer than none."""
    within = Session.objects.held().filter(pk=session.pk)
    room = within.filter(guests__gte=max(-change, 0), guests__lte=MOST_GUESTS - max(change, 0))
    if room.update(guests=F("guests") + change):
        _note(session, by=by)
    elif not within.exists():
        raise SessionCancelled


@transaction.atomic
def add_guest(
    *, session: Session, by: Actor, now: datetime, nickname: str, submission_id: UUID
) -> Guest:
    """Write a typed name on the door list; sending twice makes one.

    The guest is known by the name of the sending: a phone without a network can say of somebody
    whom we have not heard of yet that they have left.
    """
    if not Session.objects.held().filter(pk=session.pk).exists():
        raise SessionCancelled
    guest, is_new = once(
        Guest,
        submission_id,
        at_first={"arrived_at": now, "public_id": submission_id},
        session=session,
        nickname=nickname,
        removed_at=None,
    )
    if is_new:
        _note(session, by=by)
    return guest


@transaction.atomic
def guest_left(*, guest: Guest, by: Actor, now: datetime) -> None:
    """Note that a guest has gone home."""
    if (
        Guest.objects.here()
        .filter(pk=guest.pk, left_at=None)
        .update(left_at=max(now, guest.arrived_at))
    ):
        _note(guest.session, by=by)


@transaction.atomic
def guest_stays(*, guest: Guest, by: Actor) -> None:
    """Note that a guest has not gone home after all."""
    if Guest.objects.here().filter(pk=guest.pk, left_at__isnull=False).update(left_at=None):
        _note(guest.session, by=by)


@transaction.atomic
def guest_never_came(*, guest: Guest, by: Actor, now: datetime) -> None:
    """Take a name away that was written by mistake."""
    if Guest.objects.here().filter(pk=guest.pk).update(removed_at=now):
        _note(guest.session, by=by)


@transaction.atomic
def undo_guest(*, guest: Guest, by: Actor, now: datetime) -> None:
    """Take one tap back: gone becomes here, and here becomes never written."""
    if not Guest.objects.filter(pk=guest.pk, left_at__isnull=False).update(left_at=None):
        Guest.objects.here().filter(pk=guest.pk).update(removed_at=now)
    _note(guest.session, by=by)


def _change(session: Session, *, now: datetime, **changes: Any) -> None:
    """Change a session that is still to be held, whatever happened since it was read."""
    if Session.objects.held().filter(pk=session.pk, ends_at__gt=now).update(**changes):
        session.refresh_from_db(fields=list(changes))
        return
    if Session.objects.held().filter(pk=session.pk).exists():
        raise SessionOver
    raise SessionCancelled


@contextmanager
def _once_at_a_time() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "a_session_exists_once" in str(error):
            raise SessionThere from None
        raise


def _tell(session: Session, *, by: Actor) -> None:
    """Plan what is said of a session that has changed, and note whom it touches."""
    plan_sessions([session.pk])
    moved.plan_sessions([session.pk])
    told = expecting.concerned([session.pk]).get(session.pk, {})
    _note(session, by=by, participants=sorted(told))


def _note(session: Session, *, by: Actor, participants: list[int] | None = None) -> None:
    audit.record(
        AuditAct.CHANGE,
        "session",
        by=by,
        participants=participants or [],
        subject_id=session.pk,
        info_types=[InfoType.ACTIVITY] if participants else [],
    )
