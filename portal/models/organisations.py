"""The organisations of the town, and who works for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.permissions import PEERS, Role

if TYPE_CHECKING:
    from datetime import datetime


class Period(Func):
    """The time from a start to an end, open when the end is null: for exclusion constraints."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()

    def __init__(self, start: str = "started_at", end: str = "ended_at") -> None:
        super().__init__(F(start), F(end), RangeBoundary())


class OrganisationKind(models.TextChoices):
    """What an organisation is by law; a unit belongs to one of the others."""

    MUNICIPALITY = "MUNICIPALITY", _("municipality")
    DEPARTMENT = "DEPARTMENT", _("department")
    AGENCY = "AGENCY", _("agency")
    REGION = "REGION", _("region")
    ASSOCIATION = "ASSOCIATION", _("association")
    COMPANY = "COMPANY", _("company")
    UNIT = "UNIT", _("unit")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def units(self) -> Self:
        """Return the leaves, where people work and participants belong."""
        return self.filter(kind=OrganisationKind.UNIT)

    def open(self) -> Self:
        """Return those where work goes on."""
        return self.filter(closed_at=None)


class Organisation(models.Model):
    """A node of the town's tree, at most four levels deep.

    `owner` is the nearest authority or association, itself included: it answers by law for the
    items its units write (two committees of one town are two authorities: OSL 8:1).
    """

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    owner = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    verified_on = models.DateField(_("last confirmed"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                "parent",
                "name",
                name="an_organisation_has_one_child_of_a_name",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="a_unit_belongs_to_an_organisation",
                condition=~Q(kind=OrganisationKind.UNIT) | Q(parent__isnull=False),
                violation_error_message=_("A unit needs an organisation that it belongs to."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def in_force(prefix: str = "", at: datetime | None = None) -> Q:
    """Return the condition on a membership, there or behind a relation: begun, and not ended."""
    at = at or timezone.now()
    begun, open_end = Q((f"{prefix}started_at__lte", at)), Q((f"{prefix}ended_at", None))
    return begun & (open_end | Q((f"{prefix}ended_at__gt", at)))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, at: datetime | None = None) -> Self:
        """Return those in force; an ended one is not found, so it ends on the next request."""
        return self.filter(in_force(at=at), user__is_active=True).select_related("unit")


class Membership(models.Model):
    """A role in a unit for a time: the only thing that makes somebody staff."""

    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    caseload_limit = models.PositiveSmallIntegerField(_("at most this many persons"), default=30)
    started_at = models.DateTimeField(_("from"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    pledged_on = models.DateField(_("pledge of confidentiality signed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["unit", "role"], name="membership_of_a_unit")]
        constraints = [
            models.CheckConstraint(
                name="a_membership_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
                violation_error_message=_("The last day must come after the first."),
            ),
            models.CheckConstraint(
                name="a_participant_has_no_membership", condition=~Q(role=Role.PARTICIPANT)
            ),
            models.CheckConstraint(
                name="a_peer_has_signed_a_pledge",
                condition=~Q(role__in=PEERS) | Q(pledged_on__isnull=False),
            ),
            ExclusionConstraint(
                name="a_role_in_a_unit_is_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"
