"""Who speaks for a person: god man, förvaltare or ombud, for some kinds of information and a time.

Never all of it: what the court's decision or the person's own paper covers is ticked one by one,
and the paper is looked at anew each year. Notes from talks are not among what can be ticked.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant
from portal import access
from portal.models import InfoType, Level

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

YEAR = timedelta(days=366)
IN_WRITING = (InfoType.HEALTH, InfoType.MONEY)  # opened only where the paper says so
MAY_BE_OPENED = tuple(kind for kind in InfoType if kind != InfoType.FOLLOW_UP)


class RepresentativeKind(models.TextChoices):
    """By whose decision somebody speaks: a court's, or the person's own."""

    GOOD_MAN = "GOOD_MAN", _("god man (legal guardian)")
    TRUSTEE = "TRUSTEE", _("förvaltare (trustee)")
    BY_POWER = "BY_POWER", _("ombud, by power of attorney")


class Proof(models.TextChoices):
    """The paper that somebody has looked at."""

    REGISTER = "REGISTER", _("extract from the register")
    COURT = "COURT", _("decision of the court")
    POWER = "POWER", _("power of attorney")


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the person's own, those that colleagues keep, or one's own while they hold."""
        about = Q(participant__in=Participant.objects.filter(access.people(actor, Level.READ)))
        if actor.membership is None:
            return self.filter(about)
        kept = about & Q(owner=actor.organisation_id or 0)
        return self.filter(kept | access.speaks(actor))

    def standing(self) -> Self:
        """Return those that nobody has ended; the last day of one may have passed."""
        return self.filter(ended_at=None)


class Representative(models.Model):
    """That somebody speaks for a person: for what, from when to when, and what proves it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="representatives"
    )
    membership = models.ForeignKey(
        "portal.Membership", on_delete=models.PROTECT, related_name="represents"
    )
    owner = models.ForeignKey(  # who has seen the paper, and whose items it opens
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    kind = models.CharField(_("as what"), max_length=10, choices=RepresentativeKind)
    info_types = ArrayField(
        models.PositiveSmallIntegerField(choices=InfoType), verbose_name=_("what it covers")
    )
    in_writing = models.CharField(_("where health or money is written"), max_length=200, blank=True)
    proof = models.CharField(_("what proves it"), max_length=10, choices=Proof)
    note = models.CharField(_("about the paper"), max_length=200, blank=True)
    seen_on = models.DateField(_("the paper was seen"))
    seen_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    told_on = models.DateField(_("the person was told"))
    starts_on = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        indexes = [models.Index(fields=["membership", "until"], name="spoken_for_by_one")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "membership", "owner"],
                condition=Q(ended_at=None),
                name="somebody_speaks_for_a_person_once",
            ),
            models.CheckConstraint(
                name="whoever_speaks_covers_something_and_no_notes",
                condition=Q(info_types__len__gt=0)
                & Q(info_types__contained_by=[int(kind) for kind in MAY_BE_OPENED]),
            ),
            models.CheckConstraint(
                name="health_and_money_are_opened_in_writing",
                condition=~Q(info_types__overlap=[int(kind) for kind in IN_WRITING])
                | ~Q(in_writing=""),
            ),
            models.CheckConstraint(
                name="nobody_speaks_longer_than_a_year_unseen",
                condition=Q(until__gte=F("starts_on")) & Q(until__lte=F("seen_on") + YEAR),
            ),
            models.CheckConstraint(
                name="whoever_no_longer_speaks_has_a_time_and_a_person",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}"

    @property
    def is_by_choice(self) -> bool:
        """Whether the person gave the power, and so may take it back alone."""
        return self.kind == RepresentativeKind.BY_POWER

    @property
    def covers(self) -> list[str]:
        """The kinds of information that are opened, in words."""
        return [str(kind.label) for kind in InfoType if kind in self.info_types]

    def holds_on(self, today: date) -> bool:
        """Whether the dates of the paper hold on a day."""
        return self.starts_on <= today <= self.until
