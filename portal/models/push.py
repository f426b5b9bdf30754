"""Browsers that may be sent a sign: an address at the browser's own service, and nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PushSubscription(models.Model):
    """One browser of one account. A sign carries no text, so its keys for text are not kept."""

    user = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="push_subscriptions"
    )
    endpoint = models.URLField(max_length=1000, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("browser that is sent a sign")
        verbose_name_plural = _("browsers that are sent a sign")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
