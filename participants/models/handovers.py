"""A change of contact that is under way: it is done when those who shall meet have met."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant
from portal import access
from portal.models import Level
from portal.permissions import Role

if TYPE_CHECKING:
    from portal.actor import Actor


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the person; to colleagues, what their own organisation hands over.

        A manager, who sees to it that somebody meets the person, reads no record: the name is
        enough.
        """
        level = Level.NAME if actor.role == Role.MANAGER else Level.READ
        people = Participant.objects.filter(access.people(actor, level))
        reached = self.filter(participant__in=people)
        if actor.membership is None:
            return reached
        return reached.filter(owner=actor.organisation_id or 0)

    def open(self) -> Self:
        return self.filter(ended_at=None)


class Handover(models.Model):
    """The contact has changed already; this is what is left to do, warmly (domain.md R25)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(
        "portal.Membership",
        null=True,  # the person has waited in intake
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("contact before"),
    )
    taker = models.ForeignKey(
        "portal.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("new contact"),
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    words = models.CharField(_("what the new contact should know"), max_length=500, blank=True)
    meets_on = models.DateField(_("first meeting"), null=True, blank=True)
    comes_along = models.BooleanField(_("the contact before comes along"), default=False)
    met_at = models.DateTimeField(_("the new contact has met the person"), null=True)
    let_go_at = models.DateTimeField(_("the contact before has handed over"), null=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(ended_at=None), name="handover_under_way"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at=None),
                name="a_person_is_handed_over_once_at_a_time",
            ),
            models.CheckConstraint(
                name="only_a_contact_before_comes_along_and_hands_over",
                condition=Q(giver__isnull=False) | Q(comes_along=False, let_go_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"
