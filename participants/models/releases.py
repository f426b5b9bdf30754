"""What leaves the organisation: handed out on the person's yes, or on another legal ground."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.consents import Consent
from participants.models.people import Participant
from portal import access
from portal.models import InfoType, Level
from portal.permissions import Permission

if TYPE_CHECKING:
    from portal.actor import Actor


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the person, of those who handed out, and of those who received."""
        people = Participant.objects.filter(access.people(actor, Level.READ))
        reached = self.filter(participant__in=people)
        if actor.membership is None:
            return reached
        ours = actor.organisation_id or 0
        return reached.filter(Q(owner=ours) | Q(consent__receiver=ours))

    def standing(self) -> Self:
        """Return those that nobody has taken back; whether the yes still holds is its own."""
        return self.filter(taken_back_at=None)


class Release(models.Model):
    """One item handed out within one yes. It opens while the yes holds, and not a day longer.

    `item_id` is the item's `public_id`: items live in the tables of several subjects, and one
    column that all of them share lets one policy ask for it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="releases")
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, related_name="releases", db_index=False
    )
    item_id = models.UUIDField()
    kind = models.CharField(max_length=20)  # the item's model, to find it without looking in all
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("handed out"), default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "item_id"],
                condition=Q(taken_back_at=None),
                name="an_item_is_handed_out_once_within_a_yes",
            ),
            models.CheckConstraint(
                name="what_is_taken_back_has_a_time_and_a_person",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"


class LegalGround(models.TextChoices):
    """Why something was handed out without a yes (domain.md R7)."""

    HARM_TEST = "HARM_TEST", _("harm test: it is clear that nobody is hurt (OSL 26:1)")
    DUTY = "DUTY", _("another law says that we must tell (OSL 10:28)")
    CARE = "CARE", _("to health care, in narrow cases (OSL 26:9)")
    WRONG_PAYMENT = "WRONG_PAYMENT", _("against crime and wrong payments (OSL 10:15 a)")
    POLICE = "POLICE", _("to the police, in certain cases (OSL 10:18 a and on)")
    GENERAL = "GENERAL", _("the interest clearly weighs more (OSL 10:27)")
    OWN_WORK = "OWN_WORK", _("needed for our own work (OSL 10:2)")


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the person; colleagues see what their own organisation handed out.

        A manager, who answers for them, reads no record: the name is enough.
        """
        decides = actor.has_perm(Permission.DISCLOSURE_WRITE)
        level = Level.NAME if decides else Level.READ
        people = Participant.objects.filter(access.people(actor, level))
        reached = self.filter(participant__in=people)
        if actor.membership is None:
            return reached
        return reached.filter(owner=actor.organisation_id or 0)


class Disclosure(models.Model):
    """A note that something was handed out because a law allows or demands it.

    It opens nothing in the portal: what was handed out has left by other ways.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="disclosures"
    )
    owner = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    receiver = models.CharField(_("to whom"), max_length=200)
    info_types = ArrayField(models.PositiveSmallIntegerField(choices=InfoType))
    what = models.CharField(_("what was handed out"), max_length=300)
    ground = models.CharField(_("ground"), max_length=20, choices=LegalGround)
    reason = models.TextField(_("reason"), max_length=2000)
    disclosed_on = models.DateField(_("day"))
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        indexes = [
            models.Index(fields=["owner", "-disclosed_on", "-id"], name="disclosure_of_an_owner")
        ]
        constraints = [
            models.CheckConstraint(
                name="a_disclosure_says_why_it_was_made",
                condition=~Q(reason="") & ~Q(receiver="") & ~Q(what=""),
                violation_error_message=_("Write why it was handed out."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} {self.disclosed_on:%Y-%m-%d}"

    @property
    def kinds(self) -> list[str]:
        """What kinds of information it held, in words."""
        return [str(InfoType(kind).label) for kind in self.info_types]
