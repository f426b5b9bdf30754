"""Hours that stay true in the demo: moved, doubtful, clashing, and what somebody has written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from activities.models import (
    Activity,
    HoursRemark,
    NextStep,
    OpeningRule,
    PlaceClosing,
    Session,
    Support,
)
from activities.services import hours
from activities.services.sessions import move_session
from portal.actor import Actor
from portal.management.town.words import WORDS, read
from portal.models import Membership
from portal.permissions import Role

if TYPE_CHECKING:
    from datetime import date, datetime

PAPERS = "god-man"
WORKSHOP, EVENING, STUDIES, HOUSE = "corner-verkstan", "corner-kvall", "abf-data", "fontanhuset-dag"
LONG_AGO, FLOOR = timedelta(days=30), timedelta(days=10)
HOUR = timedelta(hours=1)


def keep_true(today: date, now: datetime) -> None:
    """Let a leader meet each thing that hours can be, and a reader too."""
    Activity.objects.filter(slug=STUDIES).update(verified_on=today - LONG_AGO)
    workshop = Activity.objects.get(slug=WORKSHOP)
    on = today + FLOOR
    PlaceClosing.objects.create(
        place_id=workshop.place_id, first_on=on, last_on=on, reason=WORDS["floor"]
    )
    HoursRemark.objects.create(activity=workshop, text=WORDS["hours_remark"], written_at=now)
    house = Activity.objects.get(slug=HOUSE)
    first_saturday = "FREQ=MONTHLY;BYDAY=1SA"
    opens = house.opening_rules.order_by("pk")[0]
    OpeningRule.objects.create(
        activity=house,
        recurrence=first_saturday,
        opens=opens.opens,
        closes=opens.closes,
        valid_from=today,
    )
    hours.lay_out(today=today, now=now, only=[house.pk])
    Support.objects.filter(slug=PAPERS).update(verified_on=today - LONG_AGO)
    papers = Support.objects.get(slug=PAPERS)
    HoursRemark.objects.create(support=papers, text=WORDS["support_remark"], written_at=now)
    lead_onwards()
    say_it_in_english()
    move_one(now)


def lead_onwards() -> None:
    """Let one thing lead on to another, as those who run them have said."""
    activities = {one.slug: one for one in Activity.objects.all()}
    supports = {one.slug: one for one in Support.objects.all()}
    for offer in read("activities.toml")["activities"]:
        for slug in offer.get("leads", ()):
            NextStep.objects.create(
                activity=activities[offer["slug"]],
                to_activity=activities.get(slug),
                to_support=None if slug in activities else supports[slug],
            )


def say_it_in_english() -> None:
    """Write what the town has in English; the rest is read in Swedish."""
    for offer in read("activities.toml")["activities"]:
        Activity.objects.filter(slug=offer["slug"]).update(english=offer.get("english", {}))
    for one in read("directory.toml")["supports"]:
        Support.objects.filter(slug=one["slug"]).update(english=one.get("english", {}))


def move_one(now: datetime) -> None:
    """Let an evening to come close an hour earlier than it said."""
    coming = Session.objects.held().filter(activity__slug=EVENING, starts_at__gt=now)
    session = coming.select_related("activity").order_by("starts_at").first()
    leads = Membership.objects.current().filter(role=Role.ACTIVITY_LEADER)
    leader = leads.filter(unit=session.activity.organiser_id).first() if session else None
    if session and leader:
        move_session(
            session=session,
            by=Actor(leader.user, leader),
            now=now,
            starts_at=session.starts_at,
            ends_at=session.ends_at - HOUR,
        )
