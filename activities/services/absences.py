"""A day of the timetable when somebody does not come, and the care that silence sets going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities.models import Absence, AbsenceReason, Attendance, Contract, Enrolment
from activities.notifications.sessions import plan_coming
from activities.services import company
from activities.services.sessions import SessionCancelled, SessionNotBegun, SessionOver
from participants.models import MainContact, Step
from participants.services import plan
from portal import audit
from portal.actor import Actor
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType
from portal.reminders.times import working_day_after

if TYPE_CHECKING:
    from datetime import datetime

    from activities.models import Session
    from participants.models import Participant

IN_A_ROW = 2  # days of silence, then somebody gets in touch


class NotExpected(Exception):
    """The person has no timetable that holds this day, so they cannot be away from it."""


class IsHere(Exception):
    """The person has come: that is noted at the door."""


@transaction.atomic
def note_absence(
    *,
    session: Session,
    participant: Participant,
    by: Actor,
    now: datetime,
    reason: AbsenceReason,
) -> Absence:
    """Note that somebody does not come; saying it again changes the reason.

    That nobody has heard anything can be said when the session has begun, and not before.
    """
    _check(session, participant, now=now, reason=reason)
    said = {"reason": reason, "created_at": now, "author": by.user}
    absence, _is_new = Absence.objects.update_or_create(
        session=session,
        participant=participant,
        defaults={**said, "withdrawn_at": None, "step": None},
        create_defaults={**said, "owner_id": session.activity.owner_id},
    )
    plan_coming([session.pk])
    _note(AuditAct.CREATE, absence, by=by)
    company.take_back(session_id=session.pk, participant=participant, by=by, now=now)
    if reason == AbsenceReason.UNHEARD:
        care(absence, now=now)
    return absence


@transaction.atomic
def take_back(*, session: Session, participant: Participant, by: Actor, now: datetime) -> None:
    """Take it back: the person comes after all, or it was a slip of the hand at the door."""
    absence = Absence.objects.filter(session=session, participant=participant).first()
    if absence is None:
        return
    if not Absence.objects.standing().filter(pk=absence.pk).update(withdrawn_at=now):
        return
    if absence.step_id:
        with as_system(Purpose.REMINDERS):
            Step.objects.open().filter(pk=absence.step_id).update(removed_at=now)
    plan_coming([session.pk])
    _note(AuditAct.CHANGE, absence, by=by)


def care(absence: Absence, *, now: datetime) -> None:
    """Ask the person's contact to get in touch, once for each time that silence has lasted.

    It is a step in the plan, which the person reads: somebody will ask how they are.
    """
    person, activity = absence.participant, absence.session.activity_id
    with as_system(Purpose.REMINDERS):
        here = Attendance.objects.noted().filter(participant=person, session__activity=activity)
        last = here.order_by("-session__starts_at").values_list("session__starts_at", flat=True)
        silent = Absence.objects.unheard().filter(participant=person, session__activity=activity)
        since = last.first()
        if since:
            silent = silent.filter(session__starts_at__gt=since)
        contact = MainContact.objects.open().select_related("membership__user", "membership__unit")
        held = contact.filter(participant=person).first()
        asked = silent.filter(step__isnull=False).exists()
        if asked or held is None or silent.count() < IN_A_ROW:
            return
        with override(settings.LANGUAGE_CODE):
            text = _("%(name)s gets in touch and asks how you are") % {
                "name": held.membership.user.first_name
            }
        step = plan.add_step(
            participant=person,
            by=Actor(None, purpose=_("missed at an activity")),
            submission_id=None,
            text=text,
            due_on=working_day_after(timezone.localdate(now), 1),
            assignee=held.membership,
            owner_id=held.membership.unit.owner_id,
        )
        Absence.objects.filter(pk=absence.pk).update(step=step)


def _check(
    session: Session, participant: Participant, *, now: datetime, reason: AbsenceReason
) -> None:
    if session.cancelled_at:
        raise SessionCancelled
    if not session.takes_absences(now):
        raise SessionOver
    if reason == AbsenceReason.UNHEARD and now < session.starts_at:
        raise SessionNotBegun
    day = timezone.localdate(session.starts_at)
    places = Enrolment.objects.on(day).filter(activity=session.activity_id, participant=participant)
    by_timetable = session.activity.contract == Contract.SCHEDULE
    if not by_timetable or not any(one.expects(day) for one in places):
        raise NotExpected
    here = Attendance.objects.noted().filter(session=session, participant=participant)
    if here.exists():
        raise IsHere


def _note(act: AuditAct, absence: Absence, *, by: Actor) -> None:
    audit.record(
        act,
        "absence",
        by=by,
        participants=[absence.participant_id],
        subject_id=absence.pk,
        info_types=[InfoType.ACTIVITY],
    )
