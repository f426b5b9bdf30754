"""What those who run the reminders do and see: nothing here is about a person."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.models import User

NEVER_PAUSED = "code"  # without it, nobody could sign in


class KindPauseQuerySet(models.QuerySet["KindPause"]):
    def standing(self) -> Self:
        """Return the pauses that hold at this moment."""
        return self.filter(Q(until=None) | Q(until__gt=Now()), ended_at=None)


class KindPause(models.Model):
    """Messages of a kind that nobody shall send for now: who said so, and why."""

    kind = models.CharField(max_length=40)
    why = models.CharField(max_length=200)
    until = models.DateTimeField(null=True)  # without one, somebody has to end it
    paused_at = models.DateTimeField(db_default=Now(), editable=False)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KindPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause of a kind of reminder")
        verbose_name_plural = _("pauses of kinds of reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at=None), name="a_kind_has_one_pause_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(kind=NEVER_PAUSED), name="codes_to_sign_in_are_never_paused"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("paused_at")),
                name="a_pause_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False, ended_by__isnull=False)
                | Q(ended_at=None, ended_by=None),
                name="an_ended_pause_has_ended_at_and_ended_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.paused_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When something that shall never be silent was last heard, and what it counted."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(db_default=Now())
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
