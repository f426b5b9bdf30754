"""What a sheet has in common with the others: it is changed here, and confirmed once a week."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kept(models.Model):
    """A sheet that somebody writes and keeps true."""

    slug = models.SlugField(_("address on the web"), max_length=80, unique=True)
    verified_on = models.DateField(_("last confirmed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_stale(self) -> bool:
        """Whether nobody has confirmed it for so long that one had better ring first."""
        oldest = timezone.localdate() - timedelta(days=settings.PORTAL_HOURS_STALE)
        return self.verified_on is None or self.verified_on < oldest
