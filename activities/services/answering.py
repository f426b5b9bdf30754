"""What an answer by SMS does to a session: through the services that the person uses themself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Absence, AbsenceReason, Session, SignUp
from activities.notifications import ahead
from activities.services import absences, sign_ups
from activities.services.line import OfferOver, SessionFull
from activities.services.sessions import SessionCancelled, SessionNotBegun, SessionOver
from participants.models import Participant
from portal import actor
from portal.reminders import kinds
from portal.reminders.kinds import Answer, NotNow, Recipient

if TYPE_CHECKING:
    from datetime import datetime

TOO_LATE = (
    *(SessionCancelled, SessionOver, SessionNotBegun, SessionFull, OfferOver),
    *(absences.NotExpected, absences.IsHere, sign_ups.NoSignUp),
)


def answer(session_id: int, recipient: Recipient, said: Answer) -> None:
    """Say for somebody that they come, or that they do not."""
    session = Session.objects.select_related("activity").filter(pk=session_id).first()
    now = timezone.now()
    is_over = session is None or session.cancelled_at or session.starts_at <= now
    if session is None or is_over or not recipient.is_participant:
        raise NotNow
    try:
        _person(session, Participant.objects.get(pk=recipient.pk), said, now=now)
    except TOO_LATE as error:
        raise NotNow from error


def _person(session: Session, person: Participant, said: Answer, *, now: datetime) -> None:
    by = actor.system(_("answer by SMS"))
    own = SignUp.objects.filter(session=session, participant=person)
    away = Absence.objects.standing().filter(session=session, participant=person)
    if kept := own.kept().first():
        if said == Answer.CANNOT:
            sign_ups.withdraw(sign_up=kept, by=by, now=now)
        elif kept.answer_by:
            sign_ups.accept(sign_up=kept, by=by, now=now)
    elif own.exists():  # they had said no, and an answer once more changes it
        if said == Answer.COMES:
            sign_ups.sign_up(session=session, participant=person, by=by, now=now)
    elif said == Answer.CANNOT:
        absences.note_absence(
            session=session, participant=person, by=by, now=now, reason=AbsenceReason.UNSAID
        )
    elif away.exists():
        absences.take_back(session=session, participant=person, by=by, now=now)


def declare() -> None:
    """Make known what answers do; after the kinds themselves."""
    for kind in ahead.KINDS:
        kinds.register_answer(kind.code, answer)
