"""A person's place at a work: from a visit of an hour to a job without support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employers.models.employers import Employer
from participants.models import Item, ItemQuerySet

if TYPE_CHECKING:
    from datetime import date


class PlacementKind(models.TextChoices):
    """What the place is, in the order of the steps towards a wage (domain.md 2)."""

    STUDY_VISIT = "STUDY_VISIT", _("Study visit")
    WORK_TRAINING = "WORK_TRAINING", _("Work training")
    INTERNSHIP = "INTERNSHIP", _("Internship")
    STUDIES = "STUDIES", _("Studies")
    SUBSIDISED = "SUBSIDISED", _("Job with wage support")
    ORDINARY = "ORDINARY", _("Job without support")


class Subsidy(models.TextChoices):
    """How the state shares the wage (2017:462)."""

    SHELTERED = "SHELTERED", _("OSA, sheltered public employment")
    WAGE = "WAGE", _("Wage subsidy")
    DEVELOPMENT = "DEVELOPMENT", _("Development employment")
    SECURE = "SECURE", _("Secure employment")


class Answer(models.TextChoices):
    """An honest answer: nobody has to know yet."""

    YES = "YES", pgettext_lazy("answer", "Yes")
    NO = "NO", pgettext_lazy("answer", "No")
    UNCLEAR = "UNCLEAR", _("Not clear yet")


class FoundBy(models.TextChoices):
    """Who found the place."""

    PERSON = "PERSON", _("The person")
    SUPPORTER = "SUPPORTER", _("The supporter")
    MATCHER = "MATCHER", _("A matcher")
    EMPLOYER = "EMPLOYER", _("The employer asked")


class EndReason(models.TextChoices):
    """Why it ended, without blame."""

    PERIOD_OVER = "PERIOD_OVER", _("The period was over")
    WENT_ON = "WENT_ON", _("Went on to something else")
    PERSON_CHOSE = "PERSON_CHOSE", _("The person wanted to stop")
    EMPLOYER_CHOSE = "EMPLOYER_CHOSE", _("The employer could not go on")
    DID_NOT_FIT = "DID_NOT_FIT", _("It did not fit right now")
    NEVER_STARTED = "NEVER_STARTED", _("It never started")
    MISTAKE = "MISTAKE", _("It was written here by mistake")


PAID = (PlacementKind.SUBSIDISED, PlacementKind.ORDINARY)
NEVER_WAS = (EndReason.NEVER_STARTED, EndReason.MISTAKE)


class PlacementQuerySet(ItemQuerySet["Placement"]):
    def open(self) -> Self:
        return self.filter(ended_on=None)

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-pk")


class Placement(Item):
    """A place with its days, hours and supporter.

    `ends_on` is what was agreed; `ended_on` is what happened, with the reason.
    """

    said_in = "occupation"

    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        related_name="placements",
        verbose_name=_("employer"),
    )
    kind = models.CharField(_("what kind of place"), max_length=20, choices=PlacementKind)
    subsidy = models.CharField(_("which wage support"), max_length=20, choices=Subsidy, blank=True)
    occupation = models.CharField(_("what one does there"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    permanent = models.BooleanField(_("the job has no last day"), default=False)
    supporter = models.ForeignKey(
        "portal.Membership",
        on_delete=models.PROTECT,
        related_name="placements",
        verbose_name=_("who supports at the workplace"),
    )
    may_lead_to_wage = models.CharField(
        _("may it lead to a wage?"), max_length=10, choices=Answer, default=Answer.UNCLEAR
    )
    found_by = models.CharField(
        _("who found the place"), max_length=20, choices=FoundBy, blank=True
    )
    ended_on = models.DateField(_("last day there"), null=True, editable=False)
    ended_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    end_reason = models.CharField(
        _("why it ended"), max_length=20, choices=EndReason, blank=True, editable=False
    )
    led_to_job = models.CharField(
        _("did it lead to a job?"), max_length=10, choices=Answer, blank=True, editable=False
    )
    # Support fades only when the person says so (mission.md N44).
    follow_ups_stopped_at = models.DateTimeField(null=True, editable=False)
    follow_ups_stopped_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        indexes = [
            models.Index(fields=["participant", "-starts_on", "-id"], name="placement_of_a_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_job_with_wage_support_says_which_and_no_other_place_does",
                condition=(Q(kind=PlacementKind.SUBSIDISED) & ~Q(subsidy=""))
                | (~Q(kind=PlacementKind.SUBSIDISED) & Q(subsidy="")),
                violation_error_message=_("Choose which wage support it is."),
            ),
            models.CheckConstraint(
                name="a_placement_ends_on_its_first_day_or_later",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="hours_of_work_fit_in_a_week",
                condition=Q(hours_per_week=None) | Q(hours_per_week__gt=0, hours_per_week__lte=60),
                violation_error_message=_("Write the hours of a week, from 0.5 to 60."),
            ),
            models.CheckConstraint(
                name="an_ended_placement_has_a_day_a_reason_and_a_person",
                condition=Q(ended_on=None, ended_by=None, end_reason="", led_to_job="")
                | (
                    Q(ended_on__isnull=False, ended_by__isnull=False)
                    & ~Q(end_reason="")
                    & ~Q(led_to_job="")
                ),
            ),
            models.CheckConstraint(
                name="follow_ups_stop_at_a_time_and_by_a_person",
                condition=Q(follow_ups_stopped_at=None, follow_ups_stopped_by=None)
                | Q(follow_ups_stopped_at__isnull=False, follow_ups_stopped_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.occupation}"

    @property
    def is_paid(self) -> bool:
        """A job with a wage, whoever pays it."""
        return self.kind in PAID

    @property
    def is_competitive(self) -> bool:
        """On the open labour market: IPS-25 counts the strict form and the Swedish one apart."""
        return self.is_paid and self.subsidy != Subsidy.SHELTERED

    @property
    def last_day(self) -> date | None:
        """What happened, or else what was agreed."""
        return self.ended_on or self.ends_on

    @property
    def never_was(self) -> bool:
        """It came to nothing, so nobody is followed up."""
        return self.end_reason in NEVER_WAS
