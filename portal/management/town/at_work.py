"""What Erik reads in the demo: Robin's card before the visit, and that one more is on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY
from employers.models import Employer, EmployerCard, Placement, PlacementKind
from employers.services import cards, placements
from participants.models import ConsentGiven, Participant, Protection
from portal.management.town.organisations import EMPLOYER
from portal.management.town.robin import at_work
from portal.management.town.words import WORDS

if TYPE_CHECKING:
    from portal.management.town.robin import Story

ASKED, SHOWN_FOR, BEGINS = 4, 60, 12  # days


def show_at_work(story: Story) -> None:
    """Let Robin show a card, and let somebody else of Samira's think about it."""
    words = WORDS["at_work"]
    visit = Placement.objects.get(participant=story.person, employer__name=EMPLOYER)
    cards.ask(placement=visit, by=story.petra)
    cards.show_card(
        placement=visit,
        by=story.robin,
        given=ConsentGiven.PORTAL,
        until=story.today + SHOWN_FOR * DAY,
        first_name=story.person.first_name,
        tasks=visit.occupation,
        days=words["days"],
        adjustments=words["adjustments"],
    )
    samiras = Participant.objects.filter(
        main_contacts__membership=at_work(story.samira),
        main_contacts__ended_at=None,
        protection=Protection.NONE,
        closed_at=None,
    )
    other = placements.create_placement(
        participant=samiras.exclude(pk=story.person.pk).order_by("pk")[0],
        employer=Employer.objects.get(name=EMPLOYER),
        supporter=at_work(story.samira),
        by=story.samira,
        submission_id=story.uuid(),
        kind=PlacementKind.WORK_TRAINING,
        occupation=words["tasks"],
        starts_on=story.today + BEGINS * DAY,
        hours_per_week=10,
    )
    cards.ask(placement=other, by=story.samira)
    EmployerCard.objects.update(created_at=story.ago(ASKED))
    EmployerCard.objects.filter(shown_at__isnull=False).update(shown_at=story.ago(ASKED - 1))
