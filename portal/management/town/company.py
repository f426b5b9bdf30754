"""Who wants company in the demo: Jonas goes with Robin one evening, Lars is asked to fetch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from activities.models import CompanyKind, Enrolment, Meeting, Session
from activities.services import company, sign_ups
from participants.models import Participant, Protection
from portal.actor import Actor
from portal.management.town.robin import actor
from portal.management.town.words import WORDS

if TYPE_CHECKING:
    from portal.management.town.robin import Story

EVENING, CAFE, WORKSHOP = "verdandi-kvall", "kampen-oppet", "corner-verkstan"
SOON, LATER = timedelta(hours=4), timedelta(hours=36)
OTHERS, DAYS = 2, 7


def ask_for_company(story: Story) -> None:
    """Let Robin have company one evening, ask to be fetched once, and let others wait."""
    jonas = actor("jonas@example.org")
    ahead = Session.objects.held().filter(starts_at__gt=story.now + SOON).order_by("starts_at")
    ahead = ahead.select_related("activity")
    means_to = ahead.filter(activity__slug=EVENING, sign_ups__participant=story.person).first()
    if means_to:
        wish = company.ask(
            session=means_to,
            participant=story.person,
            by=story.robin,
            now=story.now,
            kind=CompanyKind.COMPANY,
        )
        words = WORDS["company"]["words"]
        company.say_where(wish=wish, by=story.robin, meeting=Meeting.STOP, words=words)
        company.promise(session=means_to, by=jonas, now=story.now)
    later = ahead.filter(starts_at__gt=story.now + LATER, activity__slug=WORKSHOP)
    be_fetched(story, list(later[:DAYS]))
    people = Participant.objects.open().filter(user__isnull=False, protection=Protection.NONE)
    others = people.exclude(pk=story.person.pk).select_related("user").order_by("pk")[:OTHERS]
    for person, session in zip(others, ahead.filter(activity__slug=CAFE)[:OTHERS], strict=False):
        by = Actor(person.user)
        sign_ups.sign_up(session=session, participant=person, by=by, now=story.now)
        company.ask(
            session=session,
            participant=person,
            by=by,
            now=story.now,
            kind=CompanyKind.COMPANY,
        )


def be_fetched(story: Story, sessions: list[Session]) -> None:
    """Let Robin ask to be fetched to the first of these that the timetable holds."""
    place = Enrolment.objects.get(participant=story.person, activity__slug=WORKSHOP)
    mine = next((one for one in sessions if place.expects(localdate(one.starts_at))), None)
    if mine is None:
        return
    wish = company.ask(
        session=mine,
        participant=story.person,
        by=story.robin,
        now=story.now,
        kind=CompanyKind.PICK_UP,
    )
    company.say_where(wish=wish, by=story.robin, meeting="", words=WORDS["company"]["where"])
