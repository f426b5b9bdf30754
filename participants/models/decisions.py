"""Decisions that are waited for: what, from whom, since when, and who keeps an eye on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from participants.models.items import Item, ItemQuerySet
from portal.access import ReaderOf
from portal.models import Membership

FRESH = timedelta(days=14)  # as long the person reads an answer in the plan


class Authority(models.TextChoices):
    """Who decides, as it stands inside a sentence."""

    EMPLOYMENT = "AF", _("the Employment Service")
    INSURANCE = "FK", _("the Social Insurance Agency")
    SOCIAL = "SOCIAL", _("social services")
    REGION = "REGION", _("the region")
    UNIT = "UNIT", _("another part of the town")


class DecisionAnswer(models.TextChoices):
    """How it went; that nobody waits any more is an answer too."""

    YES = "YES", pgettext_lazy("answer", "Yes")
    PARTLY = "PARTLY", pgettext_lazy("answer", "In part")
    NO = "NO", pgettext_lazy("answer", "No")
    LET_GO = "LET_GO", _("We no longer wait for it")


class AwaitedDecisionQuerySet(ItemQuerySet["AwaitedDecision"]):
    def waiting(self) -> Self:
        return self.filter(answer="")

    def to_read(self) -> Self:
        """Return those that wait, and those whose answer is still news."""
        return self.filter(Q(answer="") | Q(answered_at__gt=timezone.now() - FRESH))

    def with_reader(self) -> Self:
        """Add who is told when the answer is late: who watches it, or stands in for them."""
        name = Membership.objects.filter(pk=OuterRef("reader")).values("user__first_name")
        return self.annotate(reader=ReaderOf("watcher_id")).annotate(asks=name[:1])

    def longest_first(self) -> Self:
        return self.order_by("asked_on", "pk")


class AwaitedDecision(Item):
    """Somebody outside decides, and the way onwards waits for it (mission.md N47)."""

    text = models.CharField(_("what is decided"), max_length=200)
    authority = models.CharField(_("whom we wait for"), max_length=10, choices=Authority)
    asked_on = models.DateField(_("asked on"))
    expected_on = models.DateField(_("answer expected by"))
    watcher = models.ForeignKey(
        "portal.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who watches it"),
    )
    answer = models.CharField(_("answer"), max_length=10, choices=DecisionAnswer, blank=True)
    answer_text = models.CharField(_("in short"), max_length=200, blank=True)
    answered_on = models.DateField(_("answer came"), null=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    # set by the views that ask `access.ReaderOf`
    reader: int | None  # the membership that is told when the answer is late
    asks: str | None  # and the first name of whose it is

    objects = models.Manager.from_queryset(AwaitedDecisionQuerySet)()

    class Meta:
        verbose_name = _("decision that is waited for")
        verbose_name_plural = _("decisions that are waited for")
        indexes = [
            models.Index(fields=["participant", "asked_on"], name="decision_of_a_person"),
            models.Index(
                fields=["expected_on"], condition=Q(answer=""), name="decision_not_answered"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_decision_is_expected_when_it_is_asked_for_or_later",
                condition=Q(expected_on__gte=F("asked_on")),
                violation_error_message=_("The answer cannot come before the question."),
            ),
            models.CheckConstraint(
                name="an_answered_decision_has_a_day_a_time_and_a_person",
                condition=Q(
                    answer="",
                    answer_text="",
                    answered_on=None,
                    answered_at=None,
                    answered_by=None,
                )
                | (
                    ~Q(answer="")
                    & Q(
                        answered_on__gte=F("asked_on"),
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                ),
                violation_error_message=_("The answer cannot come before the question."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
