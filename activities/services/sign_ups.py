"""*Jag tänker komma*, *Anmäl mig*, and the line for a full session; all of it may be taken back.

Whoever changes who has a place locks the session's row first (activities/services/line.py). Who
comes without an account: activities/services/guest_sign_ups.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from activities.models import Contract, Enrolment, Session, SignUp
from activities.notifications.sessions import plan_coming
from activities.services import company, line
from activities.services.line import OfferOver, SessionFull
from portal import audit
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from datetime import datetime

    from activities.models import Invitation
    from participants.models import Participant
    from portal.actor import Actor


class NoSignUp(Exception):
    """This session takes those it has a place for: by timetable, members, those invited."""


@transaction.atomic
def sign_up(
    *,
    session: Session,
    participant: Participant,
    by: Actor,
    now: datetime,
    invitation: Invitation | None = None,
) -> SignUp:
    """Note that a person means to come. However many press at once, no place is given twice."""
    if known := _known(session, participant):
        return known
    _check_invited(session, participant, invitation)
    if session.is_full:  # as the page knew it: most of a crowd need not wait for the lock
        raise SessionFull
    session = _open_to(session, participant, now=now)
    if session.is_full:
        raise SessionFull
    return _write_down(session, participant, by=by, now=now)


@transaction.atomic
def wait(
    *,
    session: Session,
    participant: Participant,
    by: Actor,
    now: datetime,
    invitation: Invitation | None = None,
) -> SignUp:
    """Stand in line; if a place has become free meanwhile it is theirs, since nobody waits."""
    if known := _known(session, participant):
        return known
    _check_invited(session, participant, invitation)
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
    plan_coming([sign_up.session_id])
    _note(AuditAct.CHANGE, sign_up, by=by)


@transaction.atomic
def withdraw(*, sign_up: SignUp, by: Actor, now: datetime) -> None:
    """Take it back, leave the line, or say no to a place: whoever is next is asked."""
    line.locked(sign_up.session_id)
    if not SignUp.objects.kept().filter(pk=sign_up.pk).update(withdrawn_at=now):
        return
    plan_coming([sign_up.session_id])
    _note(AuditAct.CHANGE, sign_up, by=by)
    company.take_back(
        session_id=sign_up.session_id, participant=sign_up.participant, by=by, now=now
    )
    line.pass_on(sign_up.session_id, now=now)


def _known(session: Session, participant: Participant) -> SignUp | None:
    return SignUp.objects.kept().filter(session=session, participant=participant).first()


def _open_to(session: Session, participant: Participant, *, now: datetime) -> Session:
    """Return the session as it stands, locked, if this person may sign up to it."""
    session = line.open_at(session.pk, now=now)
    contract = session.activity.contract
    if contract in {Contract.DAY_BY_DAY, Contract.EVENT}:
        return session
    day = timezone.localdate(session.starts_at)
    members = Enrolment.objects.on(day).filter(activity=session.activity, participant=participant)
    if contract == Contract.SCHEDULE or not members.exists():
        raise NoSignUp
    return session


def _check_invited(
    session: Session, participant: Participant, invitation: Invitation | None
) -> None:
    """Say nothing of what is by invitation, but to who has the address or has had it before."""
    is_invited = invitation is not None and invitation.activity_id == session.activity_id
    if not session.activity.by_invitation or is_invited:
        return
    before = SignUp.objects.filter(session__activity=session.activity_id)
    if not before.filter(participant=participant).exists():
        raise NoSignUp


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
        plan_coming([session.pk])  # what is today needs no word of tomorrow
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
