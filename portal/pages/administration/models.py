"""Invitations: that a colleague was asked to choose a password. The link itself is never stored."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Return those that nobody has answered: the newest of an account without a password."""
        newer = Invitation.objects.filter(user=OuterRef("user"), pk__gt=OuterRef("pk"))
        return self.filter(
            ~Exists(newer), user__is_active=True, user__password__startswith=UNUSABLE
        )


UNUSABLE = "!"  # what Django writes in the place of a password that nobody has chosen


class Invitation(models.Model):
    """A letter to a colleague with a link to choose a password: the first one, or a new start."""

    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="invitations")
    author = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submission_id = models.UUIDField(unique=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
