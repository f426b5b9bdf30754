"""What people in the demo wait for: answers from others, and to meet a new contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY, midnight
from employers.models import Employer
from employers.services.asks import ask_employer
from participants.models import AwaitedDecision, MainContact, Protection
from participants.services.decisions import add_decision
from participants.services.handovers import hand_over
from portal.actor import Actor
from portal.management.town.organisations import EMPLOYER
from portal.management.town.robin import at_work
from portal.management.town.words import WORDS

if TYPE_CHECKING:
    from participants.models import Participant
    from portal.management.town.robin import Story

ROBINS, LATE = (40, 12), (96, -3)  # days since it was asked for, and until it is expected


def wait_for_decisions(story: Story) -> None:
    """Let Samira wait for two answers; the late one is for somebody else than Robin."""
    words = WORDS["waiting"]
    other = people_of_samira(story)[2]
    for person, authority, text, (asked, expected) in (
        (story.person, "AF", words["robin"], ROBINS),
        (other, "FK", words["late"], LATE),
    ):
        decision = add_decision(
            participant=person,
            by=story.samira,
            submission_id=story.uuid(),
            text=text,
            authority=authority,
            asked_on=story.today - asked * DAY,
            expected_on=story.today + expected * DAY,
            watcher=at_work(story.samira),
        )
        asked_at = midnight(decision.asked_on) + DAY / 2
        AwaitedDecision.objects.filter(pk=decision.pk).update(created_at=asked_at)


def hand_over_somebody(story: Story) -> None:
    """Let another guide of the unit hand somebody over to Samira, and come along."""
    samira = at_work(story.samira)
    held = MainContact.objects.open().filter(
        membership__unit=samira.unit,
        participant__protection=Protection.NONE,
        participant__closed_at=None,
    )
    theirs = held.exclude(membership=samira).order_by("membership", "pk")
    first = theirs.select_related("membership__user", "participant").first()
    if first is None:
        raise LookupError(samira.unit)
    words = WORDS["waiting"]
    hand_over(
        participant=first.participant,
        membership=samira,
        by=Actor(first.membership.user, first.membership),
        reason=words["why"],
        words=words["know"],
        meets_on=story.today + 2 * DAY,
        comes_along=True,
    )


def ask_an_employer(story: Story) -> None:
    """Let Petra have asked an employer twelve days ago, who has not answered."""
    employer = Employer.objects.exclude(contact_email="").exclude(name=EMPLOYER).order_by("pk")[0]
    words = WORDS["waiting"]["ask"]
    ask_employer(
        employer=employer,
        by=story.petra,
        submission_id=story.uuid(),
        words=words,
        now=story.ago(12),
    )


def people_of_samira(story: Story) -> list[Participant]:
    """Return the others whom Samira walks beside, in the order they came."""
    held = MainContact.objects.open().filter(
        membership=story.samira.membership,
        participant__protection=Protection.NONE,
        participant__closed_at=None,
    )
    others = held.exclude(participant=story.person).select_related("participant")
    return [one.participant for one in others.order_by("pk")[:10]]
