"""Ways in for somebody without e-ID and password: a code that is sent, one that is told, a card.

Each hangs on an account, never on a record: no page of the sign-in reads who the person is.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class CodeMessage(models.Model):
    """A code on its way, sealed, and wiped by a trigger as soon as its row in the outbox has ended.

    An address that nobody has gets a row as well, with nothing in it: the answer, the number of
    queries and the time are then the same for known and unknown, and nothing is sent.
    """

    sealed = models.BinaryField(null=True)  # code and address
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("code that is sent")
        verbose_name_plural = _("codes that are sent")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Purpose(models.TextChoices):
    """What a code that a guide reads out is for."""

    SIGN_IN = "SIGN_IN", _("sign in once")
    LINK = "LINK", _("connect an e-ID")


class HandedCode(models.Model):
    """A code of eight characters that a guide reads out: ten minutes, once, for one account."""

    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="handed_codes")
    membership = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose)
    look_up = models.BinaryField(max_length=32, unique=True)  # keyed: the codes are short
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("code that is read out")
        verbose_name_plural = _("codes that are read out")

    def __str__(self) -> str:
        return self.get_purpose_display()


class CardQuerySet(models.QuerySet["Card"]):
    def in_force(self, at: datetime) -> Self:
        """Return the cards that may be used now, frozen ones included."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class Card(models.Model):
    """A printed card: its secret is kept as a hash, and a PIN goes with it.

    `wrong` is counted up before a PIN is looked at, so that many tries at once are no more than
    the limit. Then the card is frozen, until a guide who has the person before them opens it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="cards")
    membership = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    secret = models.BinaryField(max_length=32, unique=True)  # SHA-256 of 160 random bits
    pin = models.CharField(max_length=128)  # argon2
    wrong = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="an_account_has_one_card_that_works",
            ),
            models.CheckConstraint(
                name="a_card_works_for_some_time", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
