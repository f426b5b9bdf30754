"""Somebody stays: planned days to ask how it goes, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employers.models.placements import Placement
from participants.models import Item, ItemQuerySet

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class HowItGoes(models.TextChoices):
    """How it goes, in the words one would say."""

    WELL = "WELL", _("It goes well")
    SO_SO = "SO_SO", _("It goes")
    CHAFES = "CHAFES", _("Something chafes")


class Spoke(models.TextChoices):
    """With whom: support for the employer counts too (IPS-25, item 22)."""

    PERSON = "PERSON", _("The person")
    EMPLOYER = "EMPLOYER", _("The employer")
    BOTH = "BOTH", _("Both")


class FollowUpNoteQuerySet(ItemQuerySet["FollowUpNote"]):
    def newest_first(self) -> Self:
        return self.order_by("-occurred_at", "-pk")


class FollowUpNote(Item):
    """What came out of a follow-up, which the person reads too."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="notes")
    how_it_goes = models.CharField(_("how does it go?"), max_length=10, choices=HowItGoes)
    spoke_with = models.CharField(_("whom did you talk with?"), max_length=10, choices=Spoke)
    text = models.TextField(_("note"), max_length=4000, blank=True)
    occurred_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = FollowUpNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up note")
        verbose_name_plural = _("follow-up notes")
        indexes = [
            models.Index(
                fields=["participant", "-occurred_at", "-id"], name="follow_up_note_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_it_goes_display()} {self.occurred_at:%Y-%m-%d}"


class PlacementFollowUpQuerySet(models.QuerySet["PlacementFollowUp"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the placements the actor may see."""
        return self.filter(placement__in=Placement.objects.visible_to(actor))

    def open(self) -> Self:
        return self.filter(note=None)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)

    def soonest_first(self) -> Self:
        return self.order_by("due_on", "pk")


class PlacementFollowUp(models.Model):
    """A day to ask how it goes; closed by the note that tells."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(_("no later than"))
    note = models.ForeignKey(
        FollowUpNote, null=True, on_delete=models.PROTECT, related_name="closes", editable=False
    )

    objects = PlacementFollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned follow-up")
        verbose_name_plural = _("planned follow-ups")
        indexes = [
            models.Index(fields=["due_on"], condition=Q(note=None), name="follow_up_not_done")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "due_on"], name="a_placement_is_followed_up_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d}"
