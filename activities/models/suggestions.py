"""*Förslag*: what a colleague thinks that a person may like; the person says yes, or not now."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.directory import Entry
from participants.models import Item, ItemQuerySet
from portal.models import InfoType

AT_MOST = 3  # at a time, so that there is something to choose and nothing to be tired of


class Answer(models.TextChoices):
    """What the person says; no answer is no answer, and never a no."""

    YES = "YES", _("Yes, please")
    NOT_NOW = "NOT_NOW", _("Not now")


class SuggestionQuerySet(ItemQuerySet["Suggestion"]):
    def open(self) -> Self:
        """Return those that the person may still answer."""
        return self.filter(answered_at=None, withdrawn_at=None)


class Suggestion(Item):
    """One thing of the directory for one person. Three stand open at most: one in each slot."""

    said_in = "entry__name"

    info_type = models.PositiveSmallIntegerField(choices=InfoType, default=InfoType.PLAN)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="suggestions", verbose_name=_("what")
    )
    slot = models.PositiveSmallIntegerField(editable=False)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = models.Manager.from_queryset(SuggestionQuerySet)()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [
            models.Index(
                fields=["participant", "-created_at", "-id"], name="suggestion_to_a_person"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="a_person_has_three_suggestions_at_most",
                condition=Q(slot__gte=1, slot__lte=AT_MOST),
            ),
            models.UniqueConstraint(
                fields=["participant", "slot"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="a_slot_holds_one_open_suggestion",
            ),
            models.UniqueConstraint(
                fields=["participant", "entry"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="a_thing_is_suggested_once_at_a_time",
            ),
            models.CheckConstraint(
                name="an_answered_suggestion_has_an_answer",
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}"
