"""The secret address at which somebody's calendar fetches their times."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def working(self) -> Self:
        """Return those that have not been taken back."""
        return self.filter(revoked_at=None)


class CalendarAddress(models.Model):
    """An address that only its owner knows. Like a card it hangs on an account, not on a record."""

    # Without the account it opens nothing, so it goes with it.
    user = models.ForeignKey(
        "portal.User", on_delete=models.CASCADE, related_name="calendar_addresses"
    )
    secret = models.BinaryField(max_length=32, unique=True)  # SHA-256 of 160 random bits
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_on = models.DateField(null=True, editable=False)  # the last day that a calendar asked
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="an_account_has_one_calendar_address_that_works",
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
