"""Sign up without an account: the same places, under the same lock, and the same line.

Whoever does this is nobody to the portal, so it is the system that writes. What it does is held by
the link: one row, found by a signed number.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from activities import laying_out
from activities.models import GuestSignUp, Session
from activities.notifications import guest_letters
from activities.notifications.sessions import plan_coming
from activities.services import line
from activities.services.line import OfferOver, SessionFull
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct

if TYPE_CHECKING:
    from datetime import date, datetime

    from activities.models import Invitation
    from portal.actor import Actor

KEPT = timedelta(days=30)  # a name and an address, after the event
AGAIN = timedelta(hours=1)  # a letter is not written oftener to one address


class NotForGuests(Exception):
    """One comes to this without signing up, or by an address of one's own."""


@transaction.atomic
def sign_up(
    *,
    session: Session,
    name: str,
    email: str,
    now: datetime,
    may_wait: bool = False,
    invitation: Invitation | None = None,
) -> None:
    """Note that somebody comes, or stands in line. The same address again makes no second row.

    The answer is a letter, the same whoever asks: who else has signed up is nobody's to find out.
    """
    _check_for_guests(session, invitation)
    if session.is_full and not may_wait:  # as the page knew it
        raise SessionFull
    with as_system(Purpose.SESSIONS):
        session = line.open_at(session.pk, now=now)
        known = GuestSignUp.objects.kept().filter(session=session, email=email).first()
        if known:
            _write_again(known, now=now)
            return
        if session.is_full and not may_wait:
            raise SessionFull
        since = now if session.is_full else None
        _write_down(session, name, email, invitation, now=now, waiting_since=since)


def _check_for_guests(session: Session, invitation: Invitation | None) -> None:
    activity = session.activity
    is_invited = invitation is not None and invitation.activity_id == activity.pk
    if not (activity.is_event and activity.sign_up) or activity.by_invitation != is_invited:
        raise NotForGuests


def _write_down(
    session: Session,
    name: str,
    email: str,
    invitation: Invitation | None,
    *,
    now: datetime,
    waiting_since: datetime | None,
) -> None:
    said = {
        "name": name,
        "audience": invitation.audience if invitation else "",
        "waiting_since": waiting_since,
        "created_at": now,
        "written_at": now,
    }
    guest, _is_new = GuestSignUp.objects.update_or_create(
        session=session,
        email=email,
        defaults={**said, "withdrawn_at": None, "offered_at": None, "answer_by": None},
        create_defaults=said,
    )
    _tell(guest)


def _write_again(guest: GuestSignUp, *, now: datetime) -> None:
    """Send the link once more, to whoever has lost it."""
    lately = GuestSignUp.objects.filter(pk=guest.pk, written_at__lt=now - AGAIN)
    if lately.update(written_at=now):
        guest_letters.plan_yes([guest.pk])


@transaction.atomic
def rename(*, guest: GuestSignUp, name: str) -> None:
    """Let somebody be called what they want to be called."""
    with as_system(Purpose.SESSIONS):
        GuestSignUp.objects.remembered().filter(pk=guest.pk).update(name=name)


@transaction.atomic
def come_after_all(*, guest: GuestSignUp, now: datetime) -> None:
    """Take back that one does not come: with a place if there is one, else last in line."""
    with as_system(Purpose.SESSIONS):
        session = line.open_at(guest.session_id, now=now)
        gone = GuestSignUp.objects.remembered().filter(pk=guest.pk, withdrawn_at__isnull=False)
        gone.update(
            withdrawn_at=None,
            waiting_since=now if session.is_full else None,
            offered_at=None,
            answer_by=None,
            created_at=now,
        )
        plan_coming([session.pk])


@transaction.atomic
def accept(*, guest: GuestSignUp, now: datetime) -> None:
    """Say yes to the place that is held, if there still is something to come to."""
    to_come = Session.objects.held().filter(ends_at__gt=now)
    with as_system(Purpose.SESSIONS):
        offered = GuestSignUp.objects.offered().filter(
            pk=guest.pk, answer_by__gt=now, session__in=to_come.values("pk")
        )
        if not offered.update(offered_at=None, answer_by=None, created_at=now):
            raise OfferOver
        plan_coming([guest.session_id])


@transaction.atomic
def withdraw(*, guest: GuestSignUp, now: datetime, by: Actor | None = None) -> None:
    """Take it back, leave the line, or say no to a place: whoever is next is asked.

    `by` is the organiser, when somebody has rung instead of using the link.
    """
    with as_system(Purpose.SESSIONS):
        line.locked(guest.session_id)
        if not GuestSignUp.objects.kept().filter(pk=guest.pk).update(withdrawn_at=now):
            return
        guest_letters.plan_yes([guest.pk])
        plan_coming([guest.session_id])
        line.pass_on(guest.session_id, now=now)
    if by:
        audit.record(AuditAct.CHANGE, "session", by=by, subject_id=guest.session_id)


def _tell(guest: GuestSignUp) -> None:
    guest_letters.plan_yes([guest.pk])
    if timezone.localdate(guest.session.starts_at) > timezone.localdate(guest.created_at):
        plan_coming([guest.session_id])


def forget(*, today: date) -> int:
    """Let names and addresses go thirty days after the event; that somebody came is left."""
    since = laying_out.midnight(today) - KEPT
    with as_system(Purpose.SESSIONS):
        old = Session.objects.filter(ends_at__lt=since).values("pk")
        return GuestSignUp.objects.remembered().filter(session__in=old).update(name="", email="")
