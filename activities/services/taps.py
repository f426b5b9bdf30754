"""One tap at the door, done once however often a phone sends it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac

from activities import history
from activities.models import Attendance, DoorTap
from activities.services import checking_in, sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from activities.models import Guest, Session
    from participants.models import Participant
    from portal.actor import Actor


class Tap(StrEnum):
    """What somebody pressed: how it is, never "the other way", so that two phones may say it."""

    CAME = "in"
    LEFT = "out"
    STAYS = "stays"
    NEVER_CAME = "never"
    COMPANY = "company"
    LESS_COMPANY = "less-company"
    GUEST_MORE = "more"
    GUEST_LESS = "less"


class Unknown(Exception):
    """There is nothing noted that the tap could change."""


def whose(actor: Actor) -> str:
    """Return the name of whoever a page is drawn for: what they tap is nobody else's to send."""
    who = f"{actor.user_id} {actor.membership_id}"
    return salted_hmac("taps", who, algorithm="sha256").hexdigest()[:20]


@transaction.atomic
def once(*, session: Session, tap_id: UUID, do: Callable[[], UUID | None]) -> UUID | None:
    """Do what was tapped unless it has been done; return what can be taken back.

    Two sendings of the same tap at once: the second waits for the first, and then does nothing.
    """
    _tap, is_new = DoorTap.objects.get_or_create(tap_id=tap_id, defaults={"session": session})
    return do() if is_new else None


def of_person(
    what: Tap,
    *,
    session: Session,
    participant: Participant,
    noted: Attendance | None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Do a tap on somebody's row, unless it has been put right since somebody tapped."""
    kept = Attendance.objects.select_for_update(of=("self",), no_key=True)
    row = kept.filter(session=session, participant=participant).first()
    if row and history.stands_over(row.history, at):
        return row.public_id
    if what == Tap.CAME:
        come = checking_in.check_in(session=session, participant=participant, by=by, now=at)
        return come.public_id
    if noted is None:
        raise Unknown
    match what:
        case Tap.LEFT:
            checking_in.check_out(attendance=noted, by=by, now=at)
        case Tap.STAYS:
            checking_in.stays(attendance=noted, by=by, now=at)
        case Tap.NEVER_CAME:
            checking_in.never_came(attendance=noted, by=by, now=at)
        case Tap.COMPANY | Tap.LESS_COMPANY:
            change = 1 if what == Tap.COMPANY else -1
            checking_in.count_company(attendance=noted, by=by, change=change)
        case _:
            raise Unknown
    return noted.public_id


def of_guest(what: Tap, *, guest: Guest, by: Actor, at: datetime) -> UUID:
    """Do a tap on the row of somebody with nothing but a name."""
    match what:
        case Tap.LEFT:
            sessions.guest_left(guest=guest, by=by, now=at)
        case Tap.STAYS:
            sessions.guest_stays(guest=guest, by=by)
        case Tap.NEVER_CAME:
            sessions.guest_never_came(guest=guest, by=by, now=at)
        case _:
            raise Unknown
    return guest.public_id


def of_session(what: Tap, *, session: Session, by: Actor) -> None:
    """Count a guest without a name, or one less."""
    if what not in {Tap.GUEST_MORE, Tap.GUEST_LESS}:
        raise Unknown
    change = 1 if what == Tap.GUEST_MORE else -1
    sessions.count_guests(session=session, by=by, change=change)
