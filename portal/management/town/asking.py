"""What Robin has been asked, has taken back, and what a law has let out of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.laying_out import DAY
from participants.models import Consent, ConsentGiven, ConsentPurpose, ConsentQuestion, Sharing
from participants.services import consents, disclosures, questions
from portal.management.town.words import WORDS
from portal.models import InfoType, Organisation

if TYPE_CHECKING:
    from portal.actor import Actor
    from portal.management.town.robin import Story

ASKED = 1  # days ago
SAID_YES, TOOK_BACK = 130, 40
HANDED_OUT = 24


def ask_and_tell(story: Story, manager: Actor) -> None:
    """Leave one question for Robin to answer, one yes that has ended, and one note of the law."""
    words, person, samira = WORDS["robin"], story.person, story.samira
    questions.ask_consent(
        participant=person,
        by=samira,
        submission_id=story.uuid(),
        receiver=Organisation.objects.get(name=words["asked_about"]),
        info_types=[InfoType.PLAN],
        purpose=ConsentPurpose.COORDINATE,
        until=story.today + 180 * DAY,
    )
    # The other kind of sharing: what Robin lets them read here is shown to them thing by thing.
    ConsentQuestion.objects.filter(participant=person).update(
        created_at=story.ago(ASKED), sharing=Sharing.PUSH
    )
    clubhouse = Organisation.objects.get(name=words["no_longer_shares_with"])
    ended = consents.record_consent(
        participant=person,
        by=samira,
        submission_id=story.uuid(),
        receiver=clubhouse,
        info_types=[InfoType.ACTIVITY],
        purpose=ConsentPurpose.COORDINATE,
        given=ConsentGiven.SPEECH,
        witness=words["witness"],
        until=story.today + 50 * DAY,
    )
    consents.withdraw_consents(participant=person, receiver=clubhouse, by=story.robin)
    Consent.objects.filter(pk__in=[one.pk for one in ended]).update(
        valid_from=story.ago(SAID_YES), withdrawn_at=story.ago(TOOK_BACK)
    )
    told = words["handed_out"]
    disclosures.write_disclosure(
        participant=person,
        by=manager,
        submission_id=story.uuid(),
        receiver=told["receiver"],
        what=told["what"],
        info_types=[InfoType.ACTIVITY],
        ground=told["ground"],
        reason=told["reason"],
        disclosed_on=story.today - HANDED_OUT * DAY,
    )
