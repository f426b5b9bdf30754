"""Four figures that say at one house's door that somebody has come, and open nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participants.models import Participant
from portal.models import Level

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

SLEEPS_AFTER = timedelta(days=365)  # without a use: then the figures are free for somebody else


class DoorCodeQuerySet(models.QuerySet["DoorCode"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of people whose records the actor reads; the person's own among them."""
        people = Participant.objects.visible_to(actor, Level.READ)
        return self.filter(participant__in=people.values("pk"))

    def in_force(self, today: date) -> Self:
        """Return those that have figures, and were used or drawn within a year."""
        return self.filter(look_up__isnull=False, used_on__gt=today - SLEEPS_AFTER)


class DoorCode(models.Model):
    """A person's code at the screens of one unit; docs/decisions/0030 says what it is worth.

    Found by a keyed hash, and sealed beside it so that its page can show it again.
    """

    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, related_name="door_codes"
    )
    unit = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    look_up = models.BinaryField(max_length=32, null=True, editable=False)  # null: taken away
    sealed = models.BinaryField(null=True, editable=False)
    drawn_on = models.DateField(editable=False)
    used_on = models.DateField(editable=False)

    objects = DoorCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code at the door")
        verbose_name_plural = _("codes at the door")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "look_up"], name="a_code_at_a_door_is_one_person_s"
            ),
            models.UniqueConstraint(
                fields=["participant", "unit"], name="a_person_has_one_code_at_a_door"
            ),
            models.CheckConstraint(
                name="a_code_is_found_and_shown_or_neither",
                condition=Q(look_up=None, sealed=None)
                | Q(look_up__isnull=False, sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}"
