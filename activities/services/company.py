"""Ask for company or to be fetched, say yes, and let each other go; at last a human takes over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities import expecting
from activities.models import CompanyAnswer, CompanyKind, CompanyWish
from activities.models.company import in_time
from activities.notifications import accompanying
from activities.services.sessions import SessionCancelled, SessionOver
from participants.models import MainContact, Protection, Step
from participants.services import plan
from portal import audit
from portal.actor import Actor
from portal.context import Purpose, as_system
from portal.models import AuditAct, Ground, InfoType

if TYPE_CHECKING:
    from datetime import datetime

    from activities.models import Meeting, Session
    from participants.models import Participant

NOBODY: dict[str, Any] = {"answer": "", "answered_at": None, "membership": None, "first_name": ""}
LONGEST_NIGHT = timedelta(days=1)  # from an answer in time to the beginning
AT_A_TIME = 200


class KeptApart(Exception):
    """The identity is protected, or nobody else may know of it: the contact finds company."""


class NotComing(Exception):
    """One asks for company to what one means to come to."""


class NobodyFetches(Exception):
    """Those who lead the activity do not fetch anybody."""


class WishEnded(Exception):
    """Taken back, answered or over, between the page and the tap."""


class SomebodyElse(Exception):
    """Somebody else said yes a moment before, or the wish was taken back."""


@transaction.atomic
def ask(
    *, session: Session, participant: Participant, by: Actor, now: datetime, kind: CompanyKind
) -> CompanyWish:
    """Ask for company to a session one means to come to; asking twice changes nothing."""
    _check(session, participant, now=now, kind=kind)
    known = CompanyWish.objects.filter(session=session, participant=participant).first()
    if known and known.ended_at is None and known.kind == kind:
        return known
    again = {"kind": kind, "asked_at": now, "ended_at": None, **NOBODY}
    wish, _is_new = CompanyWish.objects.update_or_create(
        session=session,
        participant=participant,
        defaults=again | {"news_at": None, "handed_on_at": None},
    )
    _said(AuditAct.CREATE, wish, by=by)
    return wish


@transaction.atomic
def say_where(*, wish: CompanyWish, by: Actor, meeting: Meeting | str, words: str) -> None:
    """Say where to meet; whoever goes along reads it."""
    if not CompanyWish.objects.standing().filter(pk=wish.pk).update(meeting=meeting, words=words):
        raise WishEnded
    _said(AuditAct.CHANGE, wish, by=by)


@transaction.atomic
def take_back(*, session_id: int, participant: Participant, by: Actor, now: datetime) -> None:
    """End a wish, if there is one: it was taken back, or the person does not come."""
    mine = CompanyWish.objects.standing().filter(session=session_id, participant=participant)
    wish = mine.first()
    if wish and mine.update(ended_at=now, let_go_at=_told(now)):
        _drop_step(wish, now=now)
        _said(AuditAct.CHANGE, wish, by=by)


@transaction.atomic
def say_no_to(*, wish: CompanyWish, by: Actor, now: datetime) -> None:
    """Let the one who would have come along go; the question is open to others again."""
    theirs = CompanyWish.objects.promised().filter(pk=wish.pk, membership=wish.membership_id)
    refused = [*wish.refused, wish.membership_id]
    if not theirs.update(refused=refused, let_go_at=now, **NOBODY):
        raise WishEnded
    _said(AuditAct.CHANGE, wish, by=by)


def promise(*, session: Session, by: Actor, now: datetime) -> CompanyWish:
    """Say yes to whoever has waited longest for company to a session.

    However many press at once, each wish is promised by one; who comes too late is told so.
    """
    try:
        with as_system(Purpose.SESSIONS):
            given = CompanyWish.objects.promised().filter(membership=by.membership_id)
            if mine := given.filter(session=session).first():
                return mine
            waiting = accompanying.open_to(by, now).filter(session=session)
            first = waiting.select_for_update(of=("self",), skip_locked=True)
            wish = first.select_related("participant").order_by("asked_at", "pk").first()
            if wish is None:
                raise SomebodyElse
            yes = {"answer": CompanyAnswer.YES, "answered_at": now, "news_at": now}
            free = CompanyWish.objects.unanswered().filter(pk=wish.pk)
            if not free.update(
                membership=by.membership, first_name=wish.participant.first_name, **yes
            ):
                raise SomebodyElse
            _drop_step(wish, now=now)
    except IntegrityError:
        raise SomebodyElse from None
    _said(AuditAct.CHANGE, wish, by=by, ground=Ground.RELEASE)
    return wish


def give_back(*, session: Session, by: Actor, now: datetime) -> None:
    """Take a promise back: the question is open again, and the person is told."""
    with as_system(Purpose.SESSIONS):
        given = CompanyWish.objects.promised().filter(membership=by.membership_id)
        wish = given.filter(session=session).first()
        if wish is None or not given.filter(pk=wish.pk).update(news_at=now, **NOBODY):
            return
    _said(AuditAct.CHANGE, wish, by=by, ground=Ground.RELEASE)


@transaction.atomic
def answer_pick_up(*, wish: CompanyWish, by: Actor, now: datetime, answer: CompanyAnswer) -> None:
    """Say for those who lead the activity whether somebody fetches the person."""
    name = wish.participant.first_name if answer == CompanyAnswer.YES else ""
    said = {"answer": answer, "answered_at": now, "first_name": name, "news_at": now}
    standing = CompanyWish.objects.standing().filter(pk=wish.pk, kind=CompanyKind.PICK_UP)
    if standing.exclude(answer=answer).update(membership=by.membership, **said):
        _drop_step(wish, now=now)
        _said(AuditAct.CHANGE, wish, by=by)
    elif not standing.exists():
        raise WishEnded


def look_after(*, now: datetime) -> dict[str, int]:
    """Hand on what nobody has answered in time; end and open what no longer holds."""
    ended = _end_of_who_does_not_come(now)
    with as_system(Purpose.SESSIONS):
        waiting = CompanyWish.objects.unanswered().filter(
            handed_on_at=None,
            session__cancelled_at=None,
            session__starts_at__gt=now,
            session__starts_at__lt=now + LONGEST_NIGHT,
        )
        joined = waiting.select_related("session__activity", "participant")
        rows = joined.order_by("session__starts_at", "pk")
        late = [one for one in rows[:AT_A_TIME] if in_time(one.session.starts_at) <= now]
        left = CompanyWish.objects.promised().filter(
            membership__ended_at__lte=now, session__ends_at__gt=now
        )
        gone = list(left.values_list("pk", flat=True)[:AT_A_TIME])
        CompanyWish.objects.filter(pk__in=gone).update(news_at=now, **NOBODY)
    accompanying.plan(gone)
    handed_on = sum(_hand_on(one, now=now) for one in late)
    return {"handed on": handed_on, "open again": len(gone), "ended": ended}


def forget() -> None:
    """Forget the wishes of what is over, and the steps that they led to and nobody took."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_wishes_for_company()")
        (steps,) = cursor.fetchone() or ([],)
    _remove_steps(steps, now=timezone.now())


def _end_of_who_does_not_come(now: datetime) -> int:
    """End the wishes of those who came off the list some other way: a place that has ended."""
    with as_system(Purpose.SESSIONS):
        ahead = CompanyWish.objects.standing().filter(session__starts_at__gt=now)
        rows = list(ahead.only("session", "participant", "step").order_by("pk")[: 5 * AT_A_TIME])
        coming = expecting.coming({one.session_id for one in rows})
        off = [one for one in rows if one.participant_id not in coming.get(one.session_id, {})]
        stray = [one.pk for one in off]
        CompanyWish.objects.filter(pk__in=stray).update(ended_at=now, let_go_at=_told(now))
    _remove_steps([one.step_id for one in off if one.step_id], now=now)
    accompanying.plan(stray)
    return len(stray)


def _told(now: datetime) -> Case:
    """Return when a companion is told that a wish has ended; without one nobody is."""
    return Case(When(membership__isnull=False, then=Value(now)), default=F("let_go_at"))


def _check(session: Session, participant: Participant, *, now: datetime, kind: CompanyKind) -> None:
    if participant.protection != Protection.NONE or session.activity.by_invitation:
        raise KeptApart
    if session.cancelled_at:
        raise SessionCancelled
    if now >= session.starts_at:
        raise SessionOver
    if kind == CompanyKind.PICK_UP and not session.activity.pick_up:
        raise NobodyFetches
    if participant.pk not in expecting.coming([session.pk]).get(session.pk, {}):
        raise NotComing


def _hand_on(wish: CompanyWish, *, now: datetime) -> bool:
    """Ask the person's contact to get in touch: a step that the person reads too."""
    with as_system(Purpose.REMINDERS):
        open_still = CompanyWish.objects.unanswered().filter(pk=wish.pk, handed_on_at=None)
        if not open_still.update(handed_on_at=now, news_at=now):
            return False
        contact = MainContact.objects.open().select_related("membership__user", "membership__unit")
        held = contact.filter(participant=wish.participant_id).first()
        if held:
            step = plan.add_step(
                participant=wish.participant,
                by=Actor(None, purpose=_("nobody has been able to come along yet")),
                submission_id=None,
                text=_step_text(wish, held),
                due_on=timezone.localdate(wish.session.starts_at),
                assignee=held.membership,
                owner_id=held.membership.unit.owner_id,
            )
            CompanyWish.objects.filter(pk=wish.pk).update(step=step)
    accompanying.plan([wish.pk])
    return True


def _step_text(wish: CompanyWish, held: MainContact) -> str:
    said = {"name": held.membership.user.first_name, "activity": wish.session.activity.name}
    with override(settings.LANGUAGE_CODE):
        return _("%(name)s gets in touch about company to %(activity)s") % said


def _drop_step(wish: CompanyWish, *, now: datetime) -> None:
    """Nobody need get in touch any more."""
    if wish.step_id:
        _remove_steps([wish.step_id], now=now)


def _remove_steps(steps: list[int], *, now: datetime) -> None:
    if steps:
        with as_system(Purpose.REMINDERS):
            Step.objects.open().filter(pk__in=steps).update(removed_at=now)


def _said(act: AuditAct, wish: CompanyWish, *, by: Actor, ground: Ground | None = None) -> None:
    accompanying.plan([wish.pk])
    audit.record(
        act,
        "company",
        by=by,
        participants=[wish.participant_id],
        subject_id=wish.pk,
        info_types=[InfoType.ACTIVITY],
        ground=ground,
    )
