"""Berit in the demo: god man to two of Samira's people, and Robin's ombud by power of attorney."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from activities.laying_out import DAY
from participants.models import Participant, Proof, Protection, RepresentativeKind
from participants.services import representatives
from portal.management.town.robin import actor, at_work
from portal.management.town.words import WORDS
from portal.models import InfoType

if TYPE_CHECKING:
    from portal.management.town.robin import Story

SEEN, HOLDS = 40, 300  # days
PEOPLE = 2
NARROW = (InfoType.CONTACT, InfoType.PLAN)
WIDE = (*NARROW, InfoType.ACTIVITY, InfoType.PLACEMENT)


def let_speak(story: Story) -> None:
    """Let Samira write down who speaks for Robin, and for two who have a god man."""
    words = WORDS["representative"]
    samiras = Participant.objects.open().filter(
        main_contacts__membership=story.samira.membership,
        main_contacts__ended_at=None,
        protection=Protection.NONE,
    )
    others = samiras.exclude(pk=story.person.pk).order_by("pk")[:PEOPLE]
    of_court: dict[str, Any] = {
        "kind": RepresentativeKind.GOOD_MAN,
        "proof": Proof.REGISTER,
        "note": words["note"],
    }
    first, second = others
    _write(story, first, info_types=WIDE, in_writing="", **of_court)
    _write(
        story,
        second,
        info_types=(*NARROW, InfoType.MONEY),
        in_writing=words["money"],
        **of_court,
    )
    _write(
        story,
        story.person,
        info_types=WIDE,
        in_writing="",
        kind=RepresentativeKind.BY_POWER,
        proof=Proof.POWER,
        note=words["power"],
    )


def _write(story: Story, person: Participant, **paper: Any) -> None:
    seen_on = story.today - SEEN * DAY
    representatives.record_representative(
        participant=person,
        membership=at_work(actor("berit@example.org")),
        by=story.samira,
        submission_id=story.uuid(),
        seen_on=seen_on,
        told_on=seen_on,
        starts_on=seen_on,
        until=story.today + HOLDS * DAY,
        **paper,
    )
