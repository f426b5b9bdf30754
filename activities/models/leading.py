"""The way onwards: on which level something is, and what it can lead on to (mission.md N31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.activities import Activity
from activities.models.directory import Support

if TYPE_CHECKING:
    from datetime import date


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def open(self, today: date) -> Self:
        """Return those whose other end has not ended for good."""
        ends = [
            Q((f"{name}__isnull", False))
            & (Q((f"{name}__ended_on", None)) | Q((f"{name}__ended_on__gte", today)))
            for name in ("to_activity", "to_support")
        ]
        return self.filter(ends[0] | ends[1])


class NextStep(models.Model):
    """One thing that an activity can lead on to: another activity, or somebody to turn to."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="next_steps")
    to_activity = models.ForeignKey(
        Activity, null=True, on_delete=models.CASCADE, related_name="led_to_from"
    )
    to_support = models.ForeignKey(
        Support, null=True, on_delete=models.CASCADE, related_name="led_to_from"
    )

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "to_activity", "to_support"],
                name="an_activity_leads_to_a_thing_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="a_next_step_leads_to_one_other_thing",
                condition=Q(to_activity__isnull=False, to_support=None)
                & ~Q(to_activity=F("activity"))
                | Q(to_activity=None, to_support__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.to)

    @property
    def to(self) -> Activity | Support | None:
        """What it leads to."""
        return self.to_activity or self.to_support
