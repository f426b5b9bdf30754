"""How two people want to be reached: Robin by SMS, and somebody else by a call from Samira."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participants.models import MainContact, Protection
from portal.management.town.robin import at_work
from portal.reminders import kinds, preferences
from portal.reminders.models import Channel

if TYPE_CHECKING:
    from portal.management.town.robin import Story


def choose_ways(story: Story) -> None:
    """Let Robin say yes to SMS, and ask for a nudge two hours before; one more wants a call."""
    robin = kinds.participant(story.person.pk)
    preferences.choose(
        recipient=robin,
        by=story.robin,
        channel=Channel.SMS,
        kinds={"session_in_two_hours": ""},
        shares_phone=False,
        language="sv",
    )
    preferences.confirm(recipient=robin, by=story.robin)
    others = MainContact.objects.open().filter(
        membership=at_work(story.samira), participant__protection=Protection.NONE
    )
    one = others.exclude(participant=story.person).order_by("pk").first()
    if one:
        preferences.choose(
            recipient=kinds.participant(one.participant_id), by=story.samira, channel=Channel.CALL
        )
