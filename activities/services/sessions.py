"""What a leader does with a session: open, close, cancel, take that back, count guests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from activities import notifications
from activities.models import CancelReason, Guest, Session
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import once

if TYPE_CHECKING:
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
    notifications.plan_sessions([session.pk])
    told = notifications.coming([session.pk]).get(session.pk, {})
    _note(session, by=by, participants=sorted(told))


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
    notifications.plan_sessions([session.pk])
    told = notifications.coming([session.pk]).get(session.pk, {})
    _note(session, by=by, participants=sorted(told))


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
    """Write a typed name on the door list; sending twice makes one."""
    if not Session.objects.held().filter(pk=session.pk).exists():
        raise SessionCancelled
    guest, is_new = once(
        Guest,
        submission_id,
        at_first={"arrived_at": now},
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
    if Guest.objects.here().filter(pk=guest.pk, left_at=None).update(left_at=now):
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


def _note(session: Session, *, by: Actor, participants: list[int] | None = None) -> None:
    audit.record(
        AuditAct.CHANGE,
        "session",
        by=by,
        participants=participants or [],
        subject_id=session.pk,
        info_types=[InfoType.ACTIVITY] if participants else [],
    )
