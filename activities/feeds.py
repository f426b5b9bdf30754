"""Today's sessions for other machines: as iCalendar (RFC 5545) and as schema.org events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from activities.models import Activity, Session

    # From an activity to the whole address of its page.
    type Address = Callable[[Activity], str]

ON, OFF = "https://schema.org/EventScheduled", "https://schema.org/EventCancelled"


def calendar(sessions: Iterable[Session], *, host: str, address: Address, now: datetime) -> bytes:
    """Return the sessions as a calendar; the same session keeps its UID whatever happens to it."""
    feed = Calendar()
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
        event.add("description", "\n".join(filter(None, (activity.summary, unsure(activity)))))
        event.add("location", f"{activity.place}, {activity.place.address}")
        event.add("url", address(activity))
        sure = "TENTATIVE" if activity.is_stale else "CONFIRMED"
        event.add("status", "CANCELLED" if session.cancelled_at else sure)
        feed.add_component(event)
    ics: bytes = feed.to_ical()
    return ics


def unsure(activity: Activity) -> str:
    """Say that nobody has confirmed the hours for long, where that is so."""
    said = _("The hours have not been confirmed lately: ring before you go.")
    return said if activity.is_stale else ""


def events(sessions: Iterable[Session], *, address: Address) -> dict[str, Any]:
    """Return the sessions as JSON-LD."""
    return {
        "@context": "https://schema.org",
        "@graph": [_event(session, address(session.activity)) for session in sessions],
    }


def _event(session: Session, url: str) -> dict[str, Any]:
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
            "address": activity.place.address,
        },
        "organizer": {"@type": "Organization", "name": activity.organiser.name},
    }
    if activity.is_stale:
        event["disambiguatingDescription"] = unsure(activity)
    if session.seats is not None:
        event["maximumAttendeeCapacity"] = session.seats
        event["remainingAttendeeCapacity"] = session.seats - session.signed_up
    return event
