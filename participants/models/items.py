"""What every part of a record has in common (architecture.md 2)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant
from portal import access
from portal.models import InfoType

if TYPE_CHECKING:
    from portal.actor import Actor


class ItemQuerySet[ItemT: Item](models.QuerySet[ItemT]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may see: the only way to fetch. The rule: portal/access.py."""
        return self.filter(access.reach(actor))


class Item(models.Model):
    """One thing about one person, with the organisation that answers for it by law."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    info_type = models.PositiveSmallIntegerField(choices=InfoType)
    author = models.ForeignKey(
        "portal.User",
        null=True,  # the system
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)  # sending twice

    class Meta:
        abstract = True
