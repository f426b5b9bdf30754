"""Protected identity: what is known of the person is set apart, and named staff alone reach it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from participants.models.people import Participant, Protection
from portal import access
from portal.models import Level
from portal.models.organisations import Period

if TYPE_CHECKING:
    from portal.actor import Actor

LEAST_WORDS = 20  # characters of a reason
LONGEST = timedelta(hours=25)  # a day, also the one when the clocks go back


class ProtectedDetailsQuerySet(models.QuerySet["ProtectedDetails"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the details that a named colleague, or the person, may open."""
        return self.filter(access.named(actor))


class ProtectedDetails(models.Model):
    """Name and ways to reach somebody whose record carries an alias in their place.

    They are moved here when the protection is set and moved back when it is lifted. So a list, a
    search, a message, a door list or an export that forgets the protection has nothing to tell.
    """

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="protected_details"
    )
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    phone = PhoneNumberField(_("mobile number"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    objects = ProtectedDetailsQuerySet.as_manager()

    class Meta:
        verbose_name = _("protected details")
        verbose_name_plural = _("protected details")

    def __str__(self) -> str:
        return "••••"

    @property
    def name(self) -> str:
        """First and last name, on the one page that shows them."""
        return f"{self.first_name} {self.last_name}"


class ProtectionChangeQuerySet(models.QuerySet["ProtectionChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the history of those whom the actor reaches."""
        people = Participant.objects.filter(access.people(actor))
        return self.filter(participant__in=people)


class ProtectionChange(models.Model):
    """That a manager set or lifted a protection, when and why; never changed."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="protection_changes"
    )
    protection = models.PositiveSmallIntegerField(_("protection"), choices=Protection)
    reason = models.CharField(_("why"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )  # null: came with an import

    objects = ProtectionChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of protection")
        verbose_name_plural = _("changes of protection")

    def __str__(self) -> str:
        return f"{self.get_protection_display()} {self.at:%Y-%m-%d}"


class NamedStaffQuerySet(models.QuerySet["NamedStaff"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those who are named for the people whom the actor reaches."""
        people = Participant.objects.filter(access.people(actor))
        return self.filter(participant__in=people)

    def open(self) -> Self:
        return self.filter(ended_at=None)


class NamedStaff(models.Model):
    """A colleague whom a manager has named: nobody else has a ground that opens the record."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="named_staff"
    )
    membership = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    named_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = NamedStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("named colleague")
        verbose_name_plural = _("named colleagues")
        constraints = [
            ExclusionConstraint(
                name="a_colleague_is_named_once_at_a_time",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    ("membership", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="a_named_colleague_ends_after_they_start",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.membership}"


class IntakeOpeningQuerySet(models.QuerySet["IntakeOpening"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the openings of those whom the actor reaches by more than the name."""
        people = Participant.objects.filter(access.people(actor, Level.READ))
        return self.filter(participant__in=people)


class IntakeOpening(models.Model):
    """That the intake opened a record for a first meeting, and why: the person reads both.

    It holds to the end of that day and never opens health or money; it ends when the person leaves
    the queue. The reason stands instead of breaking a glass (domain.md R8).
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="intake_openings"
    )
    intake = models.ForeignKey(
        "participants.Intake", on_delete=models.PROTECT, related_name="openings"
    )
    membership = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    opened_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    objects = IntakeOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening at a first meeting")
        verbose_name_plural = _("openings at a first meeting")
        constraints = [
            models.CheckConstraint(
                name="an_opening_says_why_in_some_words",
                condition=GreaterThanOrEqual(Length("reason"), LEAST_WORDS),
                violation_error_message=_("Write why, in at least 20 characters."),
            ),
            models.CheckConstraint(
                name="an_opening_lasts_a_day_at_most",
                condition=Q(until__gt=F("opened_at"), until__lte=F("opened_at") + LONGEST),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.membership}"
