"""A screen at a door: opened by a leader for the own unit, and nobody's session.

The leader is signed out; what stays is a signed cookie that names the leader's membership. It works
for a day of work, at this address alone, and no longer than the leader works there. Whoever comes
shows a printed card and writes its PIN, as at any sign-in (portal/sign_in/cards.py), and is let in
nowhere; or writes four figures that are theirs at this door. Figures prove nothing. They say that
somebody has come to what goes on now, and what they said stays a statement until a leader has seen
the person (docs/decisions/0030).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import (
    Attendance,
    Contract,
    DoorCode,
    Enrolment,
    HowNoted,
    Session,
    SessionState,
)
from activities.services import checking_in, door_codes
from participants.models import Participant
from portal import context
from portal.actor import Actor, system
from portal.backends import current_memberships
from portal.models import Membership
from portal.permissions import Assurance, Permission
from portal.sign_in import cards

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

COOKIE = "kiosk"
PATH = "/kiosk/"
LASTS = 12 * 3600  # seconds


class NoMatch(Exception):
    """Card and PIN, or four figures, are nobody's here, whatever the reason."""


class NotYet(Exception):
    """Figures say that somebody has come to what goes on; this has not begun."""


class NotExpected(Exception):
    """One comes here by a place of one's own, and this person has none today."""


def put(response: HttpResponse, leader: Membership) -> None:
    """Make this browser a screen at the leader's door."""
    response.set_signed_cookie(
        COOKIE,
        str(leader.pk),
        salt=COOKIE,
        max_age=LASTS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def opened_by(request: HttpRequest) -> Membership | None:
    """Return whose screen this is, while they still lead activities there."""
    try:
        pk = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=LASTS)
    except (KeyError, signing.BadSignature):
        return None
    leaders = Membership.objects.current().select_related("user", "unit")
    leader = leaders.filter(pk=int(pk or 0), user__is_active=True).first()
    may_run = leader and Actor(leader.user, leader).has_perm(Permission.SESSION_RUN)
    return leader if may_run else None


def sessions(leader: Membership, now: datetime) -> list[Session]:
    """Return what one may come to at this door now, or later today."""
    own = Session.objects.held().public().on_day(timezone.localdate(now), now=now)
    todays = own.filter(activity__organiser_id=leader.unit_id).select_related("activity__place")
    ordered = todays.order_by("starts_at", "pk")
    return [one for one in ordered if one.state(now) != SessionState.CLOSED]


def holder(secret: str, pin: str) -> tuple[Participant, Actor]:
    """Return whose card it is, and from here on act as that person, with the limited view."""
    user = cards.opened_by(secret, pin)
    if user is None or current_memberships(user):
        raise NoMatch
    actor = Actor(user, assurance=Assurance.LIMITED)
    context.act_as(actor)
    person = Participant.objects.visible_to(actor).filter(user=user, protection=0).first()
    if person is None:
        raise NoMatch
    return person, actor


def check_expected(session: Session, person: Participant, actor: Actor) -> None:
    """Let everybody in where the day is taken as it comes; elsewhere those who have a place."""
    if session.activity.contract in {Contract.DAY_BY_DAY, Contract.EVENT}:
        return
    day = timezone.localdate(session.starts_at)
    places = Enrolment.objects.visible_to(actor).on(day)
    if not places.filter(activity=session.activity_id, participant=person).exists():
        raise NotExpected


def come_by_code(session: Session, figures: str, leader: Membership, now: datetime) -> None:
    """Note that the one whose figures they are has come.

    One question for known and unknown: who is not for here is as nobody, and so is one whom a
    leader has taken away from this very list.
    """
    if session.state(now) != SessionState.OPEN:
        raise NotYet
    today = timezone.localdate(now)
    undone = Attendance.objects.filter(session=session, removed_at__isnull=False)
    known = DoorCode.objects.in_force(today).filter(
        ~Exists(undone.filter(participant=OuterRef("participant"))),
        unit=leader.unit_id,
        look_up__in=door_codes.hashes(leader.unit_id, figures),
        participant__protection=0,
        participant__closed_at=None,
    )
    if session.activity.contract != Contract.DAY_BY_DAY:
        of_theirs = Enrolment.objects.on(timezone.localdate(session.starts_at))
        places = of_theirs.filter(activity=session.activity_id, participant=OuterRef("participant"))
        known = known.filter(Exists(places))
    with context.as_system(context.Purpose.SESSIONS):
        found = list(known.select_related("participant")[:2])
        if len(found) != 1:  # two: under an old key and a new one
            raise NoMatch
        DoorCode.objects.filter(pk=found[0].pk).update(used_on=today)
        checking_in.check_in(
            session=session,
            participant=found[0].participant,
            by=system(_("a code of four figures at the door")),
            now=now,
            how=HowNoted.CODE,
        )
