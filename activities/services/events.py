"""Make and change events: their times, who is invited, what was said, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.timezone import localdate

from activities.models import (
    Activity,
    Audience,
    Contract,
    Invitation,
    Minutes,
    Point,
    Session,
    Tempo,
)
from activities.models.activities import Picture
from activities.notifications import other_places
from activities.services.seats import give_each_time
from activities.services.sessions import SessionThere
from portal import audit
from portal.models import AuditAct
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from activities.models import Place
    from portal.actor import Actor
    from portal.models import Organisation

SLUG = 70  # characters, and some more where the name is taken
UNGUESSED = 20  # letters


@dataclass(frozen=True, slots=True)
class About:
    """What an event says of itself."""

    name: str
    summary: str
    what_we_do: str
    place: Place

    def columns(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


class NoUnit(Exception):
    """Only who works for a unit makes an event."""


@transaction.atomic
def make_event(
    *,
    by: Actor,
    about: About,
    starts_at: datetime,
    ends_at: datetime,
    by_invitation: bool,
    seats: int | None,
    follows: Activity | None = None,
) -> Activity:
    """Make an event with its first time; sending twice makes one."""
    if by.membership is None:
        raise NoUnit
    unit = by.membership.unit
    twin = Activity.objects.events().filter(organiser=unit, name=about.name)
    if known := twin.filter(sessions__starts_at=starts_at).first():
        return known
    event = Activity.objects.create(
        slug=_slug(about.name, by_invitation=by_invitation),
        **about.columns(),
        organiser=unit,
        owner_id=unit.owner_id or unit.pk,
        contract=Contract.EVENT,
        tempo=Tempo.CALM,
        picture=Picture.COFFEE,
        by_invitation=by_invitation,
        sign_up=seats is not None,
        seats=seats,
        follows=follows,
        ended_on=localdate(starts_at),
    )
    Session.objects.create(activity=event, starts_at=starts_at, ends_at=ends_at, seats=seats)
    _note(AuditAct.CREATE, event, by=by)
    return event


@transaction.atomic
def change_event(
    *,
    event: Activity,
    by: Actor,
    now: datetime,
    about: About,
    seats: int | None = None,
) -> None:
    """Change what an event says. More places go to those who wait; nobody loses one.

    Times whose places somebody has set by hand keep them. Another place is told at once to those
    whom it touches.
    """
    found = Activity.objects.filter(pk=event.pk)
    before = found.select_for_update(of=("self",)).get()
    found.update(**about.columns())
    if before.sign_up and seats and seats != before.seats:
        found.update(seats=seats)
        give_each_time(event.pk, seats=seats, now=now)
    if about.place.pk != before.place_id:
        ahead = Session.objects.held().filter(activity=event, ends_at__gt=now)
        ahead.update(changed_at=now, changed_by=by.user)
        other_places.plan_places(ahead.values_list("pk", flat=True))
    _note(AuditAct.CHANGE, event, by=by)


@transaction.atomic
def add_time(*, event: Activity, by: Actor, starts_at: datetime, ends_at: datetime) -> Session:
    """Add a meeting to the series."""
    try:
        with transaction.atomic():
            session = Session.objects.create(
                activity=event, starts_at=starts_at, ends_at=ends_at, seats=event.seats
            )
    except IntegrityError:
        raise SessionThere from None
    # Until its last day it can be found; nothing else ends it.
    shorter = Activity.objects.filter(pk=event.pk, ended_on__lt=localdate(starts_at))
    shorter.update(ended_on=localdate(starts_at))
    _note(AuditAct.CHANGE, event, by=by)
    return session


@transaction.atomic
def invite(*, event: Activity, audience: Audience, by: Actor) -> Invitation:
    """Return the address of an audience, new if it has none that works."""
    invitation, is_new = Invitation.objects.get_or_create(
        activity=event, audience=audience, ended_at=None
    )
    if is_new:
        _note(AuditAct.CHANGE, event, by=by)
    return invitation


@transaction.atomic
def end_invitation(*, invitation: Invitation, by: Actor) -> None:
    """End an address: it answers as one that never was. Who has signed up keeps the place."""
    if Invitation.objects.working().filter(pk=invitation.pk).update(ended_at=Now()):
        _note(AuditAct.CHANGE, invitation.activity, by=by)


@transaction.atomic
def write_minutes(*, session: Session, by: Actor, text: str, publish: bool, now: datetime) -> None:
    """Keep what was said; others read it when the writer says so, and not before."""
    Minutes.objects.update_or_create(
        session=session, defaults={"text": text, "published_at": now if publish else None}
    )
    _note(AuditAct.CHANGE, session.activity, by=by)


@transaction.atomic
def add_point(
    *,
    session: Session,
    by: Actor,
    said: str,
    unit: Organisation,
    did: str,
    done_on: date | None,
    submission_id: UUID | None = None,
) -> Point:
    """Write what people said, and who answers for it."""
    point, is_new = once(
        Point, submission_id, session=session, said=said, unit=unit, did=did, done_on=done_on
    )
    if is_new:
        _note(AuditAct.CHANGE, session.activity, by=by)
    return point


@transaction.atomic
def change_point(
    *, point: Point, by: Actor, said: str, unit: Organisation, did: str, done_on: date | None
) -> None:
    """Change a point; one that is done is open again when its day is taken away."""
    found = Point.objects.filter(pk=point.pk)
    found.update(said=said, unit=unit, did=did, done_on=done_on)
    _note(AuditAct.CHANGE, point.session.activity, by=by)


def _slug(name: str, *, by_invitation: bool) -> str:
    """Return an address on the web; one that nobody guesses where nobody is to find it."""
    if by_invitation:
        return get_random_string(UNGUESSED, "abcdefghjkmnpqrstuvwxyz23456789")
    slug = slugify(name)[:SLUG] or "traff"
    taken = Activity.objects.filter(slug=slug).exists()
    return f"{slug}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz')}" if taken else slug


def _note(act: AuditAct, event: Activity, *, by: Actor) -> None:
    audit.record(act, "event", by=by, subject_id=event.pk)
