"""The plan: a goal in the person's own words, and steps towards it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participants.models.items import Item, ItemQuerySet


class StepQuerySet(ItemQuerySet["Step"]):
    def open(self) -> Self:
        return self.filter(finished_at=None, removed_at=None)

    def soonest_first(self) -> Self:
        return self.order_by(models.F("due_on").asc(nulls_last=True), "pk")


class Step(Item):
    """A next step: what, who does it, and by when. Somebody always owns it."""

    text = models.CharField(_("next step"), max_length=200)
    assignee = models.ForeignKey(
        "portal.Membership",
        null=True,  # the person does it themself
        blank=True,
        on_delete=models.PROTECT,
        related_name="steps",
        verbose_name=_("who does it"),
    )
    due_on = models.DateField(_("no later than"), null=True, blank=True)
    finished_at = models.DateTimeField(null=True, editable=False)
    finished_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, editable=False)  # undone within ten minutes

    objects = models.Manager.from_queryset(StepQuerySet)()

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        indexes = [
            models.Index(
                fields=["participant", "due_on", "id"],
                condition=Q(finished_at=None, removed_at=None),
                name="open_step_of_a_person",
            ),
            models.Index(fields=["participant", "-finished_at"], name="step_of_a_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_finished_step_has_a_time_and_a_person",
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                violation_error_message=_("A finished step needs both a time and a person."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class GoalQuerySet(ItemQuerySet["Goal"]):
    def current(self) -> Self:
        return self.filter(replaced_at=None)


class Goal(Item):
    """What the person wants, in their own words; every answer is a valid goal."""

    text = models.CharField(_("my goal, in my words"), max_length=500)
    replaced_at = models.DateTimeField(null=True, editable=False)

    objects = models.Manager.from_queryset(GoalQuerySet)()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        indexes = [
            models.Index(fields=["participant", "-created_at", "-id"], name="goal_of_a_person")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(replaced_at=None),
                name="a_person_has_one_goal_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.text
