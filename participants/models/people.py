"""The person, the one contact, and those who work with them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal import access
from portal.models import Level, SwedishKey
from portal.models.organisations import Period

if TYPE_CHECKING:
    from portal.actor import Actor


class Protection(models.IntegerChoices):
    """How a person's identity is protected; the last two are decided elsewhere, by law."""

    NONE = 0, _("no protection")
    MARKED = 1, _("confidentiality marking")
    REGISTRATION = 2, _("protected population registration")
    ASSUMED = 3, _("assumed personal data")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, actor: Actor, level: Level = Level.NAME) -> Self:
        """Return the people the actor reaches: the only way to fetch. Rule: portal/access.py."""
        return self.filter(access.people(actor, level))

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Participant(models.Model):
    """A person the portal is for. What is known about them are items, each with an owner."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    user = models.OneToOneField(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="participant"
    )
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    phone = PhoneNumberField(_("mobile number"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    sort_key = SwedishKey()
    # Kept by refresh_access: the unit of the open main contact or of the open intake, and none for
    # a protected person: what reaches a whole unit does not reach them.
    unit = models.ForeignKey(
        "portal.Organisation", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    in_intake = models.BooleanField(default=False, editable=False)
    # Set by services/protection.py alone: name and ways to reach are an alias and nothing then.
    protection = models.PositiveSmallIntegerField(
        _("protection"), choices=Protection, default=Protection.NONE, editable=False
    )

    # set where a view finds the person (views/showing.py)
    is_own_work: bool
    account_email: str | None
    told: dict[str, Any] | None

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        indexes = [
            GinIndex(OpClass(F("sort_key"), name="gin_trgm_ops"), name="participant_by_name"),
            models.Index(fields=["unit", "sort_key", "id"], name="participant_of_a_unit"),
            # for somebody who asks for a code to sign in, and is nobody until then
            models.Index(fields=["phone"], condition=~Q(phone=""), name="participant_by_phone"),
            models.Index(Lower("email"), condition=~Q(email=""), name="participant_by_email"),
        ]
        constraints = [
            models.CheckConstraint(
                name="whoever_is_protected_is_reached_by_named_staff_alone",
                condition=Q(protection=0) | Q(phone="", email="", unit=None),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def name(self) -> str:
        """First and last name, for those who work with the person."""
        return f"{self.first_name} {self.last_name}".rstrip()  # an alias is one word

    @property
    def short_name(self) -> str:
        """First name and initial: all that a door list or a screen on a wall may say."""
        return short_name(self.first_name, self.last_name)


def short_name(first_name: str, last_name: str) -> str:
    return f"{first_name} {last_name[:1]}." if last_name else first_name


class PersonalNumber(models.Model):
    """A personal or coordination number, sealed; most people in the portal have none."""

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="personal_number"
    )
    sealed = models.BinaryField()
    look_up = models.BinaryField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("personal number")
        verbose_name_plural = _("personal numbers")

    def __str__(self) -> str:
        return "••••"


class AssignmentQuerySet[AssignmentT: Assignment](models.QuerySet[AssignmentT]):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class Assignment(models.Model):
    """A colleague's work with a person, for a time and a reason."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("from"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)

    class Meta:
        abstract = True


class MainContact(Assignment):
    """*Huvudkontakt*: the one who holds the question. An open person has exactly one.

    There is no planned end: a hand-over closes one and opens the next in one transaction. The
    database sees to it (trigger `an_open_person_has_a_contact_or_a_place_in_intake`).
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="main_contacts"
    )
    membership = models.ForeignKey(
        "portal.Membership", on_delete=models.PROTECT, related_name="main_contacts"
    )

    objects = AssignmentQuerySet["MainContact"].as_manager()

    class Meta:
        verbose_name = _("main contact")
        verbose_name_plural = _("main contacts")
        constraints = [
            ExclusionConstraint(
                name="a_person_has_one_main_contact_at_a_time",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has a contact already."),
            ),
            models.CheckConstraint(
                name="a_main_contact_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.membership}"


class Intake(models.Model):
    """An owned place in the queue for somebody who has no contact yet."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="intakes")
    unit = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="intakes",
        verbose_name=_("unit"),
    )
    asked = models.CharField(_("what the person asks for"), max_length=300, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("place in intake")
        verbose_name_plural = _("intake")
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(closed_at=None),
                name="a_person_waits_in_one_intake_at_a_time",
            ),
            models.CheckConstraint(
                name="an_intake_closes_after_it_opens",
                condition=Q(closed_at=None) | Q(closed_at__gt=F("opened_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "opened_at"], condition=Q(closed_at=None), name="intake_of_a_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.unit}"


class TeamMember(Assignment):
    """A colleague beside the main contact; never changes who holds the question."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="team_members"
    )
    membership = models.ForeignKey(
        "portal.Membership", on_delete=models.PROTECT, related_name="team_members"
    )
    rests_on_consent = models.BooleanField(
        default=False,
        help_text=_(
            "Works for another organisation and sees only what the person has said yes to."
        ),
    )
    planned_end_on = models.DateField(_("last day"), null=True, blank=True)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = AssignmentQuerySet["TeamMember"].as_manager()

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            ExclusionConstraint(
                name="a_colleague_is_on_a_team_once_at_a_time",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    ("membership", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This colleague is on the team already."),
            ),
            models.CheckConstraint(
                name="a_team_member_ends_after_they_start",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
                violation_error_message=_("The last day must come after the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.membership}"
