"""What a sheet has in common with the others: it is changed here, and confirmed once a week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date


class Kept(models.Model):
    """A sheet that somebody writes and keeps true."""

    slug = models.SlugField(_("address on the web"), max_length=80, unique=True)
    verified_on = models.DateField(_("last confirmed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    # By the name of a field; what is missing is read in Swedish.
    english = models.JSONField(_("in English"), default=dict, db_default={}, editable=False)

    in_languages: ClassVar[tuple[str, ...]] = ()  # the fields that may be read in English too

    class Meta:
        abstract = True

    def stale_on(self, day: date) -> bool:
        """Answer whether nobody has confirmed it for so long that one had better ring first."""
        oldest = day - timedelta(days=settings.PORTAL_HOURS_STALE)
        return self.verified_on is None or self.verified_on < oldest
