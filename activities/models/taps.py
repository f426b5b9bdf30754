"""Taps at the door that have been done, so that one that is sent again does nothing."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from activities.models.sessions import Session


class DoorTap(models.Model):
    """One tap of a phone, by the name that the phone gave it; it tells of nobody.

    A phone without a network sends its taps later, and sends again what got no answer. The row is
    written in the transaction of what the tap does, so that each is done once or not at all.
    """

    tap_id = models.UUIDField(unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    done_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("tap at the door")
        verbose_name_plural = _("taps at the door")

    def __str__(self) -> str:
        return f"{self.tap_id}"
