"""Which pages are measured, as whom, and what they may cost (architecture.md 7)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal import sessions
from portal.middleware import MEMBERSHIP
from portal.models import Membership, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import LiteralString


@dataclass(frozen=True)
class Page:
    """A page as somebody sees it; `most` is a share of the floor, or else milliseconds."""

    code: str
    name: str
    path: str
    cookie: str = ""
    most: float = 0
    most_ms: float = 0


# The fullest door of today: who leads it, and who is expected by timetable.
DOOR = """
SELECT s.id, m.id FROM activities_session s
JOIN activities_activity a ON a.id = s.activity_id AND a.contract = 'SCHEDULE'
JOIN portal_membership m ON m.unit_id = a.organiser_id AND m.role = 'ACTIVITY_LEADER'
CROSS JOIN LATERAL (
  SELECT count(*) AS number FROM activities_enrolment e
  WHERE e.activity_id = a.id AND e.ended_on IS NULL
    AND (extract(isodow FROM s.starts_at)::int - 1) = ANY (e.weekdays)) expected
WHERE s.starts_at::date = current_date
ORDER BY abs(expected.number - 30), s.id LIMIT 1
"""
# Somebody with an account and a timetable, for the own Idag.
PERSON = """
SELECT p.user_id FROM participants_participant p
JOIN activities_enrolment e ON e.participant_id = p.id AND e.ended_on IS NULL
WHERE p.user_id IS NOT NULL AND p.closed_at IS NULL AND cardinality(e.weekdays) > 0
ORDER BY p.id LIMIT 1
"""
# Somebody of the first guide's with a long record.
LONGEST = """
SELECT p.public_id FROM participants_caseload c
JOIN participants_participant p ON p.id = c.participant_id
WHERE c.membership_id = %s AND (c.until IS NULL OR c.until > now())
ORDER BY (SELECT count(*) FROM participants_contact n WHERE n.participant_id = p.id) DESC, p.id
LIMIT 1
"""


def guides() -> list[Membership]:
    """Return the two guides whose caseloads were ordered."""
    found = Membership.objects.filter(role="GUIDE").select_related("user").order_by("pk")[:2]
    return list(found)


def caseloads() -> Iterator[Page]:
    """Yield *Mina personer* of the guide with 200 people, and of the one with 20,000."""
    path = reverse("participants:person_list")
    for code, guide in zip(("list", "list_huge"), guides(), strict=False):
        yield Page(code, "Mina personer", path, at_work(guide), most=1.5)


def all_pages() -> Iterator[Page]:
    """Yield everything that has a budget, of a large town."""
    yield from caseloads()
    first = guides()[0]
    (person_id,) = _row(LONGEST, [first.pk])
    session_id, leader_id = _row(DOOR)
    record = reverse("person_record", args=[person_id])
    yield Page("record", "Personens journal", record, at_work(first), most=2)
    yield own_today("today")
    leads = at_work(Membership.objects.select_related("user").get(pk=leader_id))
    yield Page("sessions", "Dagens pass", reverse("activities:session_list"), leads, most=2)
    door = reverse("activities:session_door", args=[session_id])
    yield Page("door", "Dagens pass, dörren", door, leads, most=2)
    karin = Membership.objects.select_related("user").get(user__email="karin@example.org")
    large = User.objects.count() > 200_000  # noqa: PLR2004 (BENCH=large)
    most_ms = 250 if large else 60
    yield Page("overview", "Läget", reverse("overview:overview"), at_work(karin), most_ms=most_ms)


def own_today(code: str) -> Page:
    """Return *Idag* as somebody with a timetable sees it."""
    (user_id,) = _row(PERSON)
    own = cookie(User.objects.get(pk=user_id))
    return Page(code, "Idag, inloggad", reverse("activities:today"), own, most=2)


def _row(question: LiteralString, values: Sequence[object] = ()) -> tuple[Any, ...]:
    """Ask as the owner, who sees everybody."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["MIGRATION_DATABASE_URL"], dbname=database) as owner:
        found = owner.execute(question, values).fetchone()
    if found is None:
        message = "the town has nobody to measure a page with"
        raise LookupError(message)
    return found


def at_work(membership: Membership) -> str:
    """Return the cookie of somebody signed in, with a membership chosen."""
    return cookie(membership.user, membership.pk)


def cookie(user: User, membership_id: int = 0) -> str:
    """Return the cookie of somebody signed in."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    at_work = bool(membership_id)
    sessions.begin(session, user, sessions.How.PASSKEY, second_factor=at_work, staff=at_work)
    if membership_id:
        session[MEMBERSHIP] = membership_id
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={browser.cookies[name].value}"
