"""*Eftergift av sekretess*: the person's yes to share, never called a GDPR consent."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant
from portal import access
from portal.models import InfoType, Level

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class ConsentPurpose(models.TextChoices):
    """What the sharing is for."""

    COORDINATE = "COORDINATE", _("to plan support together")
    WORK = "WORK", _("to find and keep a job")
    HANDOVER = "HANDOVER", _("to change contact")


class ConsentGiven(models.TextChoices):
    """How the person said yes (domain.md R3)."""

    PAPER = "PAPER", _("on paper, signed")
    SPEECH = "SPEECH", _("in speech, with a witness")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the consents of the people the actor reaches by more than name."""
        people = Participant.objects.filter(access.people(actor, Level.READ))
        return self.filter(participant__in=people)

    def in_force(self) -> Self:
        return self.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=Now()),
            valid_from__lte=Now(),
            valid_until__gt=Now(),
        )


class Consent(models.Model):
    """One yes: one receiving organisation, kind of information and purpose, a start and an end.

    Withdrawing sets an end and deletes nothing. At most twelve months at a time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="consents")
    receiver = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="consents",
        verbose_name=_("who may read"),
    )
    info_type = models.PositiveSmallIntegerField(_("what"), choices=InfoType)
    purpose = models.CharField(_("what for"), max_length=20, choices=ConsentPurpose)
    given = models.CharField(_("how the yes was given"), max_length=10, choices=ConsentGiven)
    witness = models.CharField(_("witness"), max_length=200, blank=True)
    text_version = models.PositiveSmallIntegerField(default=1, editable=False)
    valid_from = models.DateTimeField(_("from"), default=timezone.now)
    valid_until = models.DateTimeField(_("until"))
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    recorded_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    submission_id = models.UUIDField(null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to share")
        verbose_name_plural = _("consents to share")
        constraints = [
            models.UniqueConstraint(
                fields=["submission_id", "info_type"], name="a_form_gives_one_yes_per_kind"
            ),
            models.CheckConstraint(
                name="a_consent_ends_after_it_starts",
                condition=Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("The last day must come after the first."),
            ),
            models.CheckConstraint(
                name="a_yes_in_speech_has_a_witness",
                condition=~Q(given=ConsentGiven.SPEECH) | ~Q(witness=""),
                violation_error_message=_("Write who was there and heard the yes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}: {self.get_info_type_display()}"

    @property
    def last_day(self) -> date:
        """The last day on which it holds: `valid_until` is the moment when it no longer does."""
        return timezone.localdate(self.valid_until - timedelta.resolution)
