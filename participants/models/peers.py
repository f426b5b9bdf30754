"""What a person shows a peer supporter or a volunteer: one card, filled in by the person alone.

Whoever reads it reaches nothing else. What the card says is copied onto it, so no ground to see
an item or a person follows from it, and none is needed.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.cards import Card, CardQuerySet
from participants.models.people import Participant
from portal import access
from portal.models import Level

if TYPE_CHECKING:
    from portal.actor import Actor

AT = "%Y-%m-%d %H:%M"  # how the card writes a time, so that text sorts as time does


class PeerCardQuerySet(CardQuerySet["PeerCard"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the person's own, those that colleagues of the proposer keep, or those shown.

        A peer has no ground by which to see the person: to have been shown the card is all.
        """
        about = Q(participant__in=Participant.objects.filter(access.people(actor, Level.READ)))
        if actor.membership is None:
            return self.filter(about)
        kept = about & Q(owner=actor.organisation_id or 0)
        shown = Q(membership=actor.membership_id, taken_back_at=None, until__gt=timezone.now())
        return self.filter(kept | shown)


class PeerCard(Card):
    """Proposed by the contact; what it says, and whether it is shown, is the person's alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="peer_cards"
    )
    membership = models.ForeignKey(
        "portal.Membership", on_delete=models.PROTECT, related_name="peer_cards"
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    reason = models.CharField(_("why"), max_length=200)
    reach = models.CharField(_("how to reach you"), max_length=100, blank=True)
    line = models.CharField(_("in your own words"), max_length=300, blank=True)
    times = models.JSONField(_("times"), default=list, blank=True)  # [{"at": AT, "what": words}]
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = PeerCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card for a peer")
        verbose_name_plural = _("cards for peers")
        indexes = [models.Index(fields=["membership", "until"], name="card_shown_to_a_peer")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "membership"],
                condition=Q(taken_back_at=None),
                name="a_person_has_one_card_for_each_peer",
            ),
            models.CheckConstraint(
                name="a_card_says_nothing_until_the_person_shows_it",
                condition=Q(shown_at=None, until=None, first_name="", reach="", line="", times=[])
                | (Q(shown_at__isnull=False, until__isnull=False) & ~Q(first_name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}"

    @property
    def coming(self) -> list[tuple[datetime, str]]:
        """The times on the card that have not passed, soonest first."""
        now = timezone.localtime().strftime(AT)
        ahead = sorted((one["at"], one["what"]) for one in self.times if one["at"] >= now)
        return [(timezone.make_aware(datetime.strptime(at, AT)), what) for at, what in ahead]  # noqa: DTZ007 (made aware here)
