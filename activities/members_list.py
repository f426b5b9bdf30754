"""*Medlemmarnas lista*: a screen of the house on which the members run the door list themselves.

A leader opens it for one session of members, and is signed out. What stays is a signed cookie that
names the leader's membership and the session, for eight hours and no longer than the leader works
there. It shows first name and initial of the members who have said yes to it, and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Attendance, Contract, Enrolment, Guest, HowNoted, Session
from participants.models import short_name
from portal import audit
from portal.actor import Actor, system
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership
from portal.permissions import Permission

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

COOKIE = "medlemmar"
PATH = "/medlemmar/"
LASTS = 8 * 3600  # seconds
MOST = 300  # members, and guests


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list: who, and whether they are here."""

    public_id: UUID  # of the enrolment: the page tells of no person
    name: str
    here: Attendance | None
    is_taken_away: bool  # by a leader: then the list says nothing else

    @property
    def may_undo(self) -> bool:
        """Whether the list may take back what it has said; what a leader saw stays the leader's."""
        return self.here is not None and self.here.how == HowNoted.MEMBERS


def may_be_opened(session: Session, now: datetime) -> bool:
    """Answer whether the members may run the list of this session: it is theirs, and today."""
    is_theirs = session.activity.contract == Contract.MEMBER
    return is_theirs and session.cancelled_at is None and session.takes_names(now)


def put(response: HttpResponse, leader: Membership, session: Session) -> None:
    """Make this browser the members' list of a session."""
    response.set_signed_cookie(
        COOKIE,
        f"{leader.pk} {session.pk}",
        salt=COOKIE,
        max_age=LASTS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def opened(request: HttpRequest, now: datetime) -> Session | None:
    """Return whose list this browser is, while it is open and its leader works there."""
    try:
        said = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=LASTS)
    except (KeyError, signing.BadSignature):
        return None
    leader_pk, session_pk = map(int, str(said).split())
    leaders = Membership.objects.current().select_related("user", "unit")
    leader = leaders.filter(pk=leader_pk, user__is_active=True).first()
    if leader is None or not Actor(leader.user, leader).has_perm(Permission.SESSION_RUN):
        return None
    of_the_house = Session.objects.filter(activity__organiser=leader.unit_id)
    session = of_the_house.select_related("activity__organiser").filter(pk=session_pk).first()
    return session if session and may_be_opened(session, now) else None


def actor(session: Session) -> Actor:
    """Return who taps: nobody with an account, and the log says which list it was."""
    house = session.activity.organiser.name
    return system(_("the members' list at %(house)s") % {"house": house})


def places(session: Session) -> list[Enrolment]:
    """Return the members who have said yes to standing on the list, by name."""
    on_the_day = Enrolment.objects.on(timezone.localdate(session.starts_at)).memberships()
    willing = on_the_day.filter(
        activity=session.activity_id,
        on_list=True,
        participant__protection=0,
        participant__closed_at=None,
    )
    ordered = willing.select_related("participant").order_by("participant__sort_key", "pk")
    return list(ordered[:MOST])


def members(session: Session) -> list[Member]:
    """Return the list, and write whom it shows."""
    with as_system(Purpose.SESSIONS):
        found = places(session)
        rows = {one.participant_id: one for one in Attendance.objects.filter(session=session)}
    here = {pk: one for pk, one in rows.items() if one.removed_at is None}
    audit.record(
        AuditAct.LIST,
        "members_list",
        by=actor(session),
        participants=[one.participant_id for one in found],
        subject_id=session.pk,
        info_types=[InfoType.ACTIVITY],
    )
    return [
        Member(
            one.public_id,
            short_name(one.participant.first_name, one.participant.last_name),
            here.get(one.participant_id),
            one.participant_id in rows and rows[one.participant_id].is_taken_away,
        )
        for one in found
    ]


def guests(session: Session) -> list[Guest]:
    """Return those whom somebody wrote down today, who are still there."""
    with as_system(Purpose.SESSIONS):
        here = Guest.objects.here().filter(session=session, left_at=None)
        return list(here.order_by("pk")[:MOST])
