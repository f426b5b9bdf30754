"""Dated rules, what stands still, what has been decided, and the proof of what has gone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import InfoType

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class Trigger(models.TextChoices):
    """What the years are counted from."""

    LAST_NOTE = "LAST_NOTE", _("the last note in the file")
    CLOSING = "CLOSING", _("the day the support ended")


class Days(Func):
    """The days a rule holds, both counted; open when there is no last."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__(F("valid_from"), F("valid_to"), RangeBoundary(inclusive_upper=True))


class RuleQuerySet(models.QuerySet["Rule"]):
    def on(self, day: date) -> Self:
        """Return those in force on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Rule(models.Model):
    """How long an organisation keeps one kind of information, from one day to another.

    A rule is never changed: a new one takes over on its first day. Without a rule nothing goes.
    """

    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("for")
    )
    info_type = models.PositiveSmallIntegerField(_("what"), choices=InfoType)
    trigger = models.CharField(_("counted from"), max_length=10, choices=Trigger)
    years = models.PositiveSmallIntegerField(_("years"))
    archive_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("kept for research when born on these days"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, editable=False)
    source = models.CharField(_("law or decision"), max_length=300)
    checked_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(default=timezone.now)
    submission_id = models.UUIDField(null=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of retention")
        verbose_name_plural = _("rules of retention")
        constraints = [
            ExclusionConstraint(
                name="a_kind_of_information_has_one_rule_at_a_time",
                expressions=[
                    ("owner", RangeOperators.EQUAL),
                    ("info_type", RangeOperators.EQUAL),
                    (Days(), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["submission_id", "info_type"], name="a_form_gives_one_rule_per_kind"
            ),
            models.CheckConstraint(
                name="a_rule_keeps_for_one_year_at_least",
                condition=Q(years__gte=1, years__lte=100),
                violation_error_message=_("Write the years, from 1 to 100."),
            ),
            models.CheckConstraint(
                name="a_rule_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="a_rule_was_checked_at_a_time_by_a_person",
                condition=Q(checked_at__isnull=False, checked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.get_info_type_display()}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None)


class Hold(models.Model):
    """*Rättsligt stopp*: nothing of a person goes while it stands, whatever the rules say."""

    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.CharField(_("why"), max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at=None),
                name="a_person_has_one_hold_at_a_time",
            ),
            models.CheckConstraint(
                name="a_hold_starts_at_a_time_by_a_person",
                condition=Q(started_at__isnull=False, started_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_hold_ends_at_a_time_by_a_person",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"


class DisposalQuerySet(models.QuerySet["Disposal"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the organisation that the actor works for."""
        return self.filter(owner=actor.organisation_id or 0)

    def waiting(self) -> Self:
        """Return those that a second manager has not answered."""
        return self.filter(confirmed_at=None, withdrawn_at=None)

    def open(self) -> Self:
        return self.filter(withdrawn_at=None, finished_at=None)

    def to_do(self) -> Self:
        """Return what has been confirmed, is past its time to think, and is not done."""
        return self.filter(finished_at=None, withdrawn_at=None, not_before__lte=Now())


class Disposal(models.Model):
    """A decision: one manager proposes what goes, another confirms it; then a task does it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    not_before = models.DateTimeField(null=True)  # until then it can be stopped
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    kept = models.PositiveIntegerField(default=0)  # lines that could not go when the time came
    submission_id = models.UUIDField(unique=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(withdrawn_at=None, finished_at=None),
                name="an_organisation_has_one_open_disposal_at_a_time",
            ),
            models.CheckConstraint(
                name="a_disposal_is_proposed_at_a_time_by_a_person",
                condition=Q(proposed_at__isnull=False, proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_disposal_is_confirmed_by_somebody_else",
                condition=Q(confirmed_at=None, confirmed_by=None, not_before=None)
                | (
                    Q(
                        confirmed_at__isnull=False,
                        confirmed_by__isnull=False,
                        not_before__isnull=False,
                    )
                    & ~Q(confirmed_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="a_disposal_is_withdrawn_at_a_time_by_a_person",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_done_was_confirmed_and_not_withdrawn",
                condition=Q(finished_at=None) | Q(confirmed_at__isnull=False, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.proposed_at:%Y-%m-%d}"


class Entry(models.Model):
    """One kind of information about one person in a proposal; gone when it has been carried out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="entries")
    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, related_name="+"
    )
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    initials = models.CharField(max_length=4)
    short_id = models.CharField(max_length=8)  # the beginning of the person's public id
    touched_on = models.DateField()  # what the years were counted from
    closes_on = models.DateField()  # gone by this day
    rows = models.PositiveIntegerField()
    # Handed over (true), removed (false), or kept until somebody has found out (null).
    archive = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("line of a disposal")
        verbose_name_plural = _("lines of a disposal")
        constraints = [
            models.UniqueConstraint(
                fields=["disposal", "participant", "rule"],
                name="a_person_and_a_rule_stand_once_in_a_disposal",
            )
        ]

    def __str__(self) -> str:
        return f"{self.initials} {self.short_id}"


class Proof(models.Model):
    """That something has gone: what kind, how many, by which rule and decision. Never what it said.

    INSERT-only, like the log.
    """

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="proofs")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    is_archived = models.BooleanField()
    counts = models.JSONField()  # rows by table
    sha256 = models.CharField(max_length=64, blank=True)  # of the package, where there is one

    class Meta:
        verbose_name = _("proof of disposal")
        verbose_name_plural = _("proofs of disposal")
        constraints = [
            models.CheckConstraint(
                name="what_was_handed_over_has_a_checksum",
                condition=Q(is_archived=False, sha256="") | (Q(is_archived=True) & ~Q(sha256="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"
