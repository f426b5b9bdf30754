"""How people say at a door that they have come: Robin's code, and who stands on a members' list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from activities.models import Activity, EndReason, Enrolment
from activities.services import door_codes, taking_part

if TYPE_CHECKING:
    from portal.management.town.robin import Story

HOUSE, CLUB = "corner-verkstan", "fontanhuset-kvall"
BEGAN, ENDED = 130, 60  # days ago
OF_THREE = 3  # members one says yes, one says no, and one has not been asked


def come_to_doors(story: Story) -> None:
    """Let Robin have a code at Corner and have been a member elsewhere; and members answer."""
    members = Enrolment.objects.memberships().annotate(turn=F("pk") % OF_THREE)
    for turn, says_yes in enumerate((True, False)):
        members.filter(turn=turn).update(on_list=says_yes)
    unit = Activity.objects.select_related("organiser").get(slug=HOUSE).organiser
    door_codes.draw(participant=story.person, unit=unit, by=story.samira, today=story.today)
    was = taking_part.enrol(
        participant=story.person,
        activity=Activity.objects.get(slug=CLUB),
        by=story.samira,
        started_on=story.ago(BEGAN).date(),
    )
    taking_part.end_enrolment(
        enrolment=was, by=story.samira, ended_on=story.ago(ENDED).date(), reason=EndReason.PAUSE
    )
