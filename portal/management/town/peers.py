"""Robin's card in the demo: Samira has proposed Jonas, and Robin shows him when to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY
from activities.models import SignUp
from activities.views.cards import kept
from participants.models import PeerCard
from participants.services import peers
from portal.management.town.robin import actor, at_work
from portal.management.town.words import WORDS

if TYPE_CHECKING:
    from portal.management.town.robin import Story

PROPOSED, SHOWN_FOR = 12, 80  # days


def show_a_card(story: Story) -> None:
    """Let Robin show a way to be reached, a line, and the times that Robin means to come to."""
    words = WORDS["peer"]
    card = peers.propose_peer(
        participant=story.person,
        membership=at_work(actor("jonas@example.org")),
        by=story.samira,
        submission_id=story.uuid(),
        reason=words["reason"],
    )
    coming = SignUp.objects.standing().filter(
        participant=story.person, session__starts_at__gt=story.now
    )
    peers.show_card(
        card=card,
        by=story.robin,
        first_name=story.person.first_name,
        reach=words["reach"],
        line=words["line"],
        times=[kept(one.session) for one in coming.select_related("session__activity__place")],
        until=story.today + SHOWN_FOR * DAY,
    )
    PeerCard.objects.filter(pk=card.pk).update(
        created_at=story.ago(PROPOSED), shown_at=story.ago(PROPOSED - 1)
    )
