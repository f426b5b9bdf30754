"""Events of the demo: a group that meets again, and a film evening for two audiences."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from activities.laying_out import instant
from activities.models import Audience, Place, Point, Session
from activities.services import events, guest_sign_ups
from activities.services.events import About
from portal.actor import Actor
from portal.management.town import words
from portal.models import Membership, Organisation

if TYPE_CHECKING:
    from datetime import date, datetime

    from activities.models import Activity, Invitation

READ = words.read("meetings.toml")
BEFORE, AHEAD, FILM, AFTER = (timedelta(days=days) for days in (42, 9, 7, 23))
THURSDAY = 3
AFTERNOON, EVENING = (time(15), time(16, 30)), (time(17, 30), time(20, 30))
FEW, MANY = 4, 24
GUESTS = ("Ines", "Bo", "Amina", "Karl-Erik", "Lotta")


def hold_meetings(today: date, now: datetime) -> None:
    """Let Samira's unit hold a group that is full, and Lars's a film evening that nobody finds."""
    samira, lars = (of(f"{name}@example.org") for name in ("samira", "lars"))
    day = thursday(today + AHEAD)
    group = hold(samira, READ["group"], day, AFTERNOON, seats=FEW)
    tell_of_last_time(group, samira, day - BEFORE, now)
    coming = group.sessions.get(starts_at__gt=now)
    for name in GUESTS:
        sign_up(coming, name, now)
    film = hold(lars, READ["film"], thursday(today + FILM), EVENING, seats=MANY, by_invitation=True)
    later = thursday(today + AFTER)
    following = hold(
        lars, READ["after"], later, AFTERNOON, seats=MANY, by_invitation=True, follows=film
    )
    for audience in (Audience.POLITICIAN, Audience.EXPERIENCE):
        invited = events.invite(event=film, audience=audience, by=lars)
        events.invite(event=following, audience=audience, by=lars)
        for name in GUESTS[audience == Audience.EXPERIENCE :: 2]:
            sign_up(film.sessions.get(), name, now, invited)


def thursday(day: date) -> date:
    """Return the first Thursday from a day on."""
    return day + timedelta(days=(THURSDAY - day.weekday()) % 7)


def of(email: str) -> Actor:
    """Return somebody at work."""
    member = Membership.objects.select_related("user", "unit").get(user__email=email)
    return Actor(member.user, member)


def hold(
    by: Actor,
    said: dict[str, Any],
    day: date,
    hours: tuple[time, time],
    *,
    seats: int,
    by_invitation: bool = False,
    follows: Activity | None = None,
) -> Activity:
    """Make an event as its organiser would."""
    place = Place.objects.get(name=said["place"])
    about = About(said["name"], said["summary"], said["what_we_do"].strip(), place)
    return events.make_event(
        by=by,
        about=about,
        starts_at=instant(day, hours[0]),
        ends_at=instant(day, hours[1]),
        by_invitation=by_invitation,
        seats=seats,
        follows=follows,
    )


def tell_of_last_time(group: Activity, by: Actor, day: date, now: datetime) -> None:
    """Let the group have met six weeks before, and something have come of it."""
    told = READ["group"]
    opens, closes = (instant(day, clock) for clock in AFTERNOON)
    last = Session.objects.create(activity=group, starts_at=opens, ends_at=closes, seats=FEW)
    events.write_minutes(session=last, by=by, text=told["minutes"].strip(), publish=True, now=now)
    Point.objects.bulk_create(
        Point(
            session=last,
            said=one["said"],
            unit=Organisation.objects.get(name=one["unit"]),
            did=one.get("did", ""),
            done_on=day + timedelta(days=one["done"]) if "done" in one else None,
        )
        for one in told["points"]
    )


def sign_up(
    session: Session, name: str, now: datetime, invitation: Invitation | None = None
) -> None:
    """Let somebody sign up without an account, or stand in line."""
    session.refresh_from_db()
    guest_sign_ups.sign_up(
        session=session,
        name=name,
        email=f"{name.lower()}@example.org",
        now=now,
        may_wait=True,
        invitation=invitation,
    )
