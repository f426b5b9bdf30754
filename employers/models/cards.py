"""What a person shows an employer of one placement: a card, and the only row an employer reads.

Nothing of the placement itself is opened: what the card says is copied onto it, in words that the
person has chosen. So kind, wage support, notes and surname never come near (domain.md R12).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employers.models.placements import Placement
from participants.models import Card, CardQuerySet, ConsentGiven
from portal import access

if TYPE_CHECKING:
    from portal.actor import Actor
    from portal.models import User


class EmployerCardQuerySet(CardQuerySet["EmployerCard"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the placements within reach; to an employer, those that stand there.

        An employer has no ground by which to see a person: to have been shown the card is all.
        """
        employer = access.employer_of(actor)
        if employer is None:
            return self.filter(placement__in=Placement.objects.visible_to(actor))
        ends = Q(until=None) | Q(until__gt=Now())
        return self.filter(ends, receiver=employer, taken_back_at=None)


class EmployerCard(Card):
    """Asked for by a colleague, or the person's own idea; it is empty until the person says yes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, related_name="employer_cards"
    )
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="cards")
    receiver = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="employer_cards",
        verbose_name=_("who may read"),
    )
    supporter = models.ForeignKey(  # follows the placement, by a trigger
        "portal.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who supports at the workplace"),
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    days = models.CharField(_("days and times"), max_length=300, blank=True)
    tasks = models.CharField(_("tasks"), max_length=300, blank=True)
    adjustments = models.CharField(_("what makes it work"), max_length=500, blank=True)
    given = models.CharField(
        _("how the yes was given"), max_length=10, choices=ConsentGiven, blank=True
    )
    witness = models.CharField(_("witness"), max_length=200, blank=True)
    was_refused = models.BooleanField(_("the person said no"), default=False, editable=False)

    objects = EmployerCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card for an employer")
        verbose_name_plural = _("cards for employers")
        indexes = [models.Index(fields=["receiver", "until"], name="card_shown_to_an_employer")]
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(taken_back_at=None),
                name="a_placement_has_one_card_for_its_employer",
            ),
            models.CheckConstraint(
                name="an_employer_reads_nothing_until_the_person_says_yes",
                condition=Q(
                    shown_at=None,
                    until=None,
                    first_name="",
                    days="",
                    tasks="",
                    adjustments="",
                    given="",
                    witness="",
                )
                | (
                    Q(shown_at__isnull=False, until__isnull=False)
                    & ~Q(first_name="")
                    & ~Q(given="")
                ),
            ),
            models.CheckConstraint(
                name="a_yes_in_speech_to_an_employer_has_a_witness",
                condition=~Q(given=ConsentGiven.SPEECH) | ~Q(witness=""),
                violation_error_message=_("Write who was there and heard the yes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}"

    @property
    def caller(self) -> User | None:
        """The supporter, to ring; nobody, once they no longer work here."""
        ended = self.supporter.ended_at
        return self.supporter.user if ended is None or ended > timezone.now() else None
