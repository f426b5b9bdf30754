"""What is guarded in the demo: three people with protected identity, and two things sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY, midnight
from activities.models import Activity, Attendance, Basis, Enrolment
from activities.services import releases, taking_part
from participants.models import MainContact, Participant, Protection
from participants.services import protection
from portal.management.town.robin import actor, at_work
from portal.management.town.words import WORDS
from portal.models import Membership, Organisation

if TYPE_CHECKING:
    from datetime import date, datetime

    from portal.management.town.robin import Story

MONEY, WORKSHOP = "Ekonomiskt bistånd", "hantverkshuset-tra"
FRIDAY = 4
NOT_NOTED = 2  # the Friday of which nobody took note
BEGAN, SENT = 45, 9  # days ago
LEVELS = (Protection.MARKED, Protection.REGISTRATION, Protection.ASSUMED)


def guard(story: Story, *, today: date, now: datetime) -> None:
    """Protect three people, and let Robin's decided Fridays cross the wall."""
    protect_three(story)
    decide(story, today)
    unit = Organisation.objects.units().get(name=MONEY)
    earlier = releases.release(
        participant=story.person,
        receiver=unit,
        first_on=today - BEGAN * DAY,
        last_on=today - (SENT + 1) * DAY,
        by=story.samira,
        now=now - SENT * DAY,
        submission_id=story.uuid(),
    )
    releases.confirm(release=earlier, by=story.robin, now=now - (SENT - 1) * DAY)
    releases.release(
        participant=story.person,
        receiver=unit,
        first_on=today - SENT * DAY,
        last_on=today + 28 * DAY,
        by=story.samira,
        now=now,
        submission_id=story.uuid(),
    )


def protect_three(story: Story) -> None:
    """One of Samira's people, and one of each of two other guides."""
    karin = actor("karin@example.org")
    others = Membership.objects.filter(unit=at_work(story.samira).unit_id, role=story.samira.role)
    guides = [
        at_work(story.samira),
        *others.exclude(pk=at_work(story.samira).pk).order_by("pk")[:2],
    ]
    told = zip(guides, LEVELS, WORDS["guarded"]["aliases"], strict=True)
    for guide, level, alias in told:
        held = MainContact.objects.open().filter(membership=guide).values("participant")
        person = Participant.objects.filter(pk__in=held, user=None).order_by("-pk").first()
        if person:
            protection.set_protection(
                participant=person,
                protection=level,
                alias=alias,
                reason=WORDS["guarded"]["why"],
                named=[guide],
                by=karin,
            )


def decide(story: Story, today: date) -> None:
    """Fridays in the workshop stand in Robin's plan for money, and most of them were kept."""
    workshop = Activity.objects.get(slug=WORKSHOP)
    first = today - BEGAN * DAY
    enrolment = taking_part.enrol(
        participant=story.person,
        activity=workshop,
        by=story.samira,
        started_on=first,
        weekdays=[FRIDAY],
        basis=Basis.MANDATED,
        submission_id=story.uuid(),
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(created_at=story.ago(BEGAN + 1))
    sessions = workshop.sessions.held().between(midnight(first), midnight(today))
    own = [one for one in sessions.order_by("starts_at") if one.starts_at.weekday() == FRIDAY]
    Attendance.objects.bulk_create(
        Attendance(
            public_id=story.uuid(),
            participant=story.person,
            owner_id=workshop.owner_id,
            author=story.samira.user,
            created_at=one.starts_at,
            session=one,
            arrived_at=one.starts_at,
            left_at=one.ends_at,
        )
        for number, one in enumerate(own)
        if number != NOT_NOTED
    )
