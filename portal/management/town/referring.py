"""Questions about places in the demo: one about Robin waits, one waits for Lars, one came back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from activities.models import Entry, ReferralAnswer
from activities.notifications.referring import those_who_answer
from activities.services import referrals
from participants.models import MainContact, Protection
from portal.actor import Actor
from portal.management.town.words import WORDS
from portal.models import Membership

if TYPE_CHECKING:
    from portal.management.town.robin import Story

ROBINS, FOR_LARS, DECLINED = "second-hand", "corner-verkstan", "fontanhuset-dag"
ASKED, ANSWERED = timedelta(days=2), timedelta(hours=20)


def ask_about_places(story: Story) -> None:
    """Let Samira ask for Robin, and for two others whom Samira walks beside."""
    held = MainContact.objects.open().filter(
        membership=story.samira.membership, participant__protection=Protection.NONE
    )
    others = held.exclude(participant=story.person).select_related("participant").order_by("pk")
    people = [story.person, *(one.participant for one in others[:2])]
    entries = {one.slug: one for one in Entry.objects.exclude(activity=None)}
    for person, slug in zip(people, (ROBINS, FOR_LARS, DECLINED), strict=True):
        asked = referrals.refer(
            participant=person,
            entry=entries[slug],
            by=story.samira,
            told=WORDS["referral"]["told"],
            now=story.now - ASKED,
            submission_id=story.uuid(),
        )
        if slug == DECLINED:
            (user, *_others) = those_who_answer([asked.receiver_id])[asked.receiver_id]
            leads = Membership.objects.current().get(user=user, unit=asked.receiver_id)
            referrals.answer_referral(
                referral=asked,
                answer=ReferralAnswer.DECLINED,
                reason=WORDS["referral"]["reason"],
                by=Actor(leads.user, leads),
                now=story.now - ANSWERED,
            )
