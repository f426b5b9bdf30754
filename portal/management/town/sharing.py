"""What people have said yes to, and who walks along beside the main contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participants.models import (
    Consent,
    ConsentGiven,
    ConsentPurpose,
    TeamMember,
    consent_words,
)
from portal.management.town.order import YEAR
from portal.management.town.words import WORDS
from portal.models import InfoType

if TYPE_CHECKING:
    from portal.management.town.order import Town
    from portal.management.town.people import Life
    from portal.management.town.staff import Colleague, Staff

SHARED = (
    (InfoType.CONTACT, InfoType.PLAN, InfoType.FOLLOW_UP),
    (InfoType.PLAN, InfoType.FOLLOW_UP),
    (InfoType.CONTACT, InfoType.PLAN, InfoType.ACTIVITY, InfoType.FOLLOW_UP),
)
ALL_OF_A_KIND = "CONSENTED_VIEW"
OVER = 0.1  # of all yes: taken back, or run out


class Sharing:
    """Consents to share, and team members."""

    def __init__(self, town: Town, staff: Staff) -> None:
        self.town, self.staff = town, staff
        self.consents = town.table(
            Consent,
            *("public_id", "participant_id", "receiver_id", "info_type", "purpose", "given"),
            *("witness", "valid_from", "valid_until", "withdrawn_at", "recorded_by_id"),
            *("sharing", "text_version"),
        )
        self.members = town.table(
            TeamMember,
            *("participant_id", "membership_id", "reason", "started_at", "rests_on_consent"),
        )

    def add(self, life: Life) -> None:
        """Let most people share; whom they share with, their case manager, walks along."""
        town = self.town
        if not life.is_settled:
            return
        other = self._across(life)
        if town.dice.happens(0.67):
            is_over = town.dice.happens(OVER)
            since = self._say_yes(life, other, is_over=is_over)
            if since is not None and town.dice.happens(0.6):
                self._walk_along(life, other, since, rests_on_consent=True)
        coaches = self.staff.coaches
        if town.dice.happens(0.1) and life.holder.owner_id == coaches[0].owner_id:
            since = town.dice.between(life.registered, life.last_contact - 1)
            self._walk_along(life, coaches[life.pk % len(coaches)], since, rests_on_consent=False)

    def _across(self, life: Life) -> Colleague:
        """Return a colleague of the other department: guides and case managers work in pairs."""
        theirs = self.staff.case_managers
        if life.holder.owner_id == theirs[0].owner_id:
            theirs = self.staff.guides
            return theirs[life.pk % len(theirs)]
        return theirs[life.holder.membership_id % len(theirs)]

    def _say_yes(self, life: Life, other: Colleague, *, is_over: bool) -> int | None:
        """Write the consents; return the day from which they hold, None when they no longer do."""
        dice, at = self.town.dice, self.town.days.at
        first = max(life.registered, 20 - YEAR)
        since = dice.between(first, min(max(first, life.last_contact - 1), -2))
        until = at(since + YEAR, 0)
        withdrawn = at(-1, 11 * 60) if is_over and dice.happens(0.5) else None
        if is_over and withdrawn is None:
            until = at(-1, 0)
        given = dice.one_of((ConsentGiven.PAPER, ConsentGiven.SPEECH))
        witness = dice.one_of(WORDS["witnesses"]) if given == ConsentGiven.SPEECH else ""
        purpose = dice.one_of((ConsentPurpose.COORDINATE, ConsentPurpose.WORK))
        for kind in dice.one_of(SHARED):
            self.consents.add(
                dice.uuid(),
                life.pk,
                other.owner_id,
                int(kind),
                purpose.value,
                given.value,
                witness,
                at(since, 10 * 60),
                until,
                withdrawn,
                life.holder.user_id,
                ALL_OF_A_KIND,
                consent_words.latest(),
            )
        return None if is_over else since

    def _walk_along(
        self, life: Life, colleague: Colleague, since: int, *, rests_on_consent: bool
    ) -> None:
        reason = self.town.dice.one_of(WORDS["walks_along"])
        started = self.town.days.at(since, 10 * 60)
        row = (life.pk, colleague.membership_id, reason, started, rests_on_consent)
        self.members.add(*row)
