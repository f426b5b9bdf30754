"""Today's sessions for other machines: as iCalendar (RFC 5545) and as schema.org events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from activities.models import Activity, Session

    # From an activity to the whole address of its page.
    type Address = Callable[[Activity], str]

ON, OFF = "https://schema.org/EventScheduled", "https://schema.org/EventCancelled"


def calendar(sessions: Iterable[Session], *, host: str, address: Address, now: datetime) -> bytes:
    """Return the sessions as a calendar; the same session keeps its UID whatever happens to it."""
    feed, today = Calendar(), timezone.localdate(now)
    feed.add("prodid", "-//En vag in//Idag//SV")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", _("En väg in: open today"))
    for session in sessions:
        activity = session.activity
        event = Event()
        event.add("uid", f"session-{session.pk}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        event.add("summary", activity.name)
        event.add(
            "description", "\n".join(filter(None, (activity.summary, unsure(activity, today))))
        )
        event.add("location", f"{activity.place}, {activity.place.address}")
        event.add("url", address(activity))
        sure = "TENTATIVE" if activity.stale_on(today) else "CONFIRMED"
        event.add("status", "CANCELLED" if session.cancelled_at else sure)
        feed.add_component(event)
    ics: bytes = feed.to_ical()
    return ics


def personal(
    sessions: Iterable[Session], steps: Mapping[UUID, date], *, address: bytes, now: datetime
) -> bytes:
    """Return a person's own times, in the words of an SMS: neither what, nor where, nor with whom.

    A calendar lies open on a kitchen table, and at work. What is told stands on *Idag*.
    """
    feed = Calendar()
    feed.add("prodid", "-//Tider//SV")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", _("My times"))
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", timedelta(hours=6))
    mine = UUID(bytes=address[:16])
    for session in sessions:
        event = Event()
        event.add("uid", str(uuid5(mine, f"session-{session.pk}")))
        event.add("dtstamp", now)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        is_off = session.cancelled_at is not None
        event.add("summary", _("The time is cancelled") if is_off else _("You have a time"))
        event.add("status", "CANCELLED" if is_off else "CONFIRMED")
        feed.add_component(_neutral(event))
    for step, day in steps.items():
        event = Event()
        event.add("uid", str(uuid5(mine, f"step-{step}")))
        event.add("dtstamp", now)
        event.add("dtstart", day)
        event.add("summary", _("Something you have planned"))
        event.add("transp", "TRANSPARENT")
        feed.add_component(_neutral(event))
    ics: bytes = feed.to_ical()
    return ics


def _neutral(event: Event) -> Event:
    number = settings.PORTAL_PHONE
    event.add("description", _("Call if you wonder: %(number)s") % {"number": number})
    event.add("class", "PRIVATE")
    return event


def unsure(activity: Activity, today: date) -> str:
    """Say that nobody has confirmed the hours for long, where that is so."""
    said = _("The hours have not been confirmed lately: ring before you go.")
    return said if activity.stale_on(today) else ""


def events(sessions: Iterable[Session], *, address: Address, today: date) -> dict[str, Any]:
    """Return the sessions as JSON-LD."""
    return {
        "@context": "https://schema.org",
        "@graph": [_event(one, address(one.activity), today) for one in sessions],
    }


def _event(session: Session, url: str, today: date) -> dict[str, Any]:
    activity = session.activity
    event = {
        "@type": "Event",
        "@id": f"{url}#s{session.pk}",
        "name": activity.name,
        "description": activity.summary,
        "startDate": timezone.localtime(session.starts_at).isoformat(),
        "endDate": timezone.localtime(session.ends_at).isoformat(),
        "eventStatus": OFF if session.cancelled_at else ON,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": activity.cost == 0,
        "url": url,
        "inLanguage": "sv",
        "location": {
            "@type": "Place",
            "name": activity.place.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": activity.place.address,
                "addressCountry": "SE",
            },
        },
        "organizer": {"@type": "Organization", "name": activity.organiser.name},
    }
    if activity.stale_on(today):
        event["disambiguatingDescription"] = unsure(activity, today)
    if session.seats is not None:
        event["maximumAttendeeCapacity"] = session.seats
        event["remainingAttendeeCapacity"] = session.seats - session.signed_up
    return event
