"""What was sent long ago: out of the way of what is due, and still the person's to read."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.reminders.models.outbox import Channel, Reason, RecipientKind, Status


class PastReminderQuerySet(models.QuerySet["PastReminder"]):
    def about(self, participant_id: int) -> Self:
        """Return what was meant for a person: somebody else may have been told about them too."""
        return self.filter(participant_id=participant_id, recipient_kind=RecipientKind.PARTICIPANT)


class PastReminder(models.Model):
    """An ended reminder, under the number it had, without what only its sending needed.

    Written by the database alone, when the outbox has held the row for three months.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    recipient_kind = models.CharField(max_length=12, choices=RecipientKind)
    recipient_id = models.BigIntegerField()
    participant_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    repeats = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField()

    objects = PastReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of long ago")
        verbose_name_plural = _("reminders of long ago")
        indexes = [
            models.Index(
                fields=["participant_id"],
                condition=Q(participant_id__isnull=False),
                name="past_reminder_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
