"""What a person shows somebody who reads nothing else: a card, until a day, or until taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date


class CardQuerySet[CardT: Card](models.QuerySet[CardT]):
    def standing(self) -> Self:
        """Return those that nobody has taken back; the last day of a shown one may have passed."""
        return self.filter(taken_back_at=None)

    def shown(self) -> Self:
        """Return those that can be read at this moment."""
        return self.standing().filter(until__gt=timezone.now())


class Card(models.Model):
    """Empty until the person shows it, for a first name at least."""

    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    shown_at = models.DateTimeField(_("shown"), null=True, editable=False)
    until = models.DateTimeField(_("until"), null=True, editable=False)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_shown(self) -> bool:
        """Whether it can be read now, as far as the card itself says."""
        return bool(self.until and not self.taken_back_at and self.until > timezone.now())

    @property
    def last_day(self) -> date | None:
        """The last day on which it is shown."""
        return timezone.localdate(self.until - timedelta(seconds=1)) if self.until else None
