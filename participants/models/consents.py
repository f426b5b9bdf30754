"""*Eftergift av sekretess*: the person's yes to share, never called a GDPR consent."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import consent_words
from participants.models.people import Participant
from portal import access
from portal.models import InfoType, Level

if TYPE_CHECKING:
    from datetime import date, datetime

    from portal.actor import Actor

LONGEST = timedelta(days=366, hours=1)  # twelve months and the rest of the last day, in winter too
ALONE = (InfoType.HEALTH, InfoType.MONEY)  # never asked about together with anything else


class ConsentPurpose(models.TextChoices):
    """What the sharing is for."""

    COORDINATE = "COORDINATE", _("to plan support together")
    WORK = "WORK", _("to find and keep a job")
    HANDOVER = "HANDOVER", _("to change contact")


class ConsentGiven(models.TextChoices):
    """How the person said yes (domain.md R3)."""

    PAPER = "PAPER", _("on paper, signed")
    SPEECH = "SPEECH", _("in speech, with a witness")
    PORTAL = "PORTAL", _("by the person, in the portal")


class Sharing(models.TextChoices):
    """What a yes opens: what is handed out one by one, or all of its kind (domain.md R6)."""

    PUSH = "PUSH", _("only what is handed out")
    CONSENTED_VIEW = "CONSENTED_VIEW", _("all of this kind")


def sharing_now() -> Sharing:
    """Return what a yes that is said today opens: the setting PORTAL_SHARING."""
    return Sharing(settings.PORTAL_SHARING.upper())


class Held(Func):
    """The time in which a yes holds: until its end, or until it was taken back."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()

    def __init__(self) -> None:
        end = Least("valid_until", "withdrawn_at")
        super().__init__(F("valid_from"), end, RangeBoundary())


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


class Told(models.Model):
    """What a question and a yes have in common: who would read what, why, and in which words."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receiver = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("who may read"),
    )
    info_type = models.PositiveSmallIntegerField(_("what"), choices=InfoType)
    purpose = models.CharField(_("what for"), max_length=20, choices=ConsentPurpose)
    sharing = models.CharField(
        _("what a yes opens"), max_length=14, choices=Sharing, default=sharing_now
    )
    text_version = models.PositiveSmallIntegerField(default=consent_words.latest, editable=False)

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date:
        """The last day on which the yes holds."""
        raise NotImplementedError

    @property
    def what(self) -> str:
        """The kind of information, in the words of the question."""
        return consent_words.what(self.text_version, self.info_type)

    @property
    def words(self) -> consent_words.Words:
        """The exact words that the person answers, or has answered: they never change."""
        return consent_words.words(
            self.text_version,
            sharing=self.sharing,
            info_type=self.info_type,
            purpose=self.purpose,
            receiver=self.receiver.name,
            last_day=self.last_day,
        )


class Consent(Told):
    """One yes: one receiving organisation, kind of information and purpose, a start and an end.

    Withdrawing sets an end and deletes nothing. At most twelve months at a time.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="consents")
    given = models.CharField(_("how the yes was given"), max_length=10, choices=ConsentGiven)
    witness = models.CharField(_("witness"), max_length=200, blank=True)
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
        indexes = [
            models.Index(
                fields=["valid_until"], condition=Q(withdrawn_at=None), name="consent_by_its_end"
            )
        ]
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
                name="a_consent_lasts_twelve_months_at_most",
                condition=Q(valid_until__lte=F("valid_from") + LONGEST),
                violation_error_message=_("Choose a day within twelve months."),
            ),
            models.CheckConstraint(
                name="a_yes_in_speech_has_a_witness",
                condition=~Q(given=ConsentGiven.SPEECH) | ~Q(witness=""),
                violation_error_message=_("Write who was there and heard the yes."),
            ),
            models.CheckConstraint(
                name="a_consent_is_taken_back_after_it_starts",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="one_yes_of_a_kind_holds_at_a_time",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    ("receiver", RangeOperators.EQUAL),
                    ("info_type", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    (Held(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is such a yes already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}: {self.get_info_type_display()}"

    @property
    def last_day(self) -> date:
        """The last day on which it holds: `valid_until` is the moment when it no longer does."""
        return timezone.localdate(self.valid_until - timedelta.resolution)

    @property
    def opens_all(self) -> bool:
        """Whether all of this kind can be read, and not only what is handed out."""
        return self.sharing == Sharing.CONSENTED_VIEW

    @property
    def ended_at(self) -> datetime:
        """When it no longer holds, or did no longer hold."""
        return min(self.valid_until, self.withdrawn_at or self.valid_until)
