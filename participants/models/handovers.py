"""A change of contact that is under way: it is done when those who shall meet have met."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant, TeamMember
from portal import access
from portal.models import Level
from portal.permissions import Role
from portal.reminders import times

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

DAY = timedelta(days=1)
LATE = 10  # working days


def latest_of(today: date) -> date:
    """Return the last day of which a hand-over is late today."""
    day = times.working_day_until(today)
    for _number in range(1, LATE):
        day = times.working_day_until(day - DAY)
    return day - DAY


def waits_for_giver() -> Q:
    """Return whether the contact before is along still, and has not handed over.

    Who leaves the team, or leaves altogether, holds nothing up, and need not say anything.
    """
    works = Q(membership__ended_at=None) | Q(membership__ended_at__gt=Now())
    on_team = TeamMember.objects.open().filter(
        works, participant=OuterRef("participant"), membership=OuterRef("giver")
    )
    return Q(Exists(on_team), comes_along=True, let_go_at=None)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the person; to colleagues, what their own organisation hands over.

        A manager, who sees to it that somebody meets the person, reads no record: the name is
        enough.
        """
        level = Level.NAME if actor.role == Role.MANAGER else Level.READ
        people = Participant.objects.filter(access.people(actor, level))
        reached = self.filter(participant__in=people)
        if actor.membership is None:
            return reached
        return reached.filter(owner=actor.organisation_id or 0)

    def open(self) -> Self:
        """Return those that are not done: they have not met, or the one before is still along."""
        return self.filter(Q(met_at=None) | waits_for_giver(), ended_at=None)

    def with_giver(self) -> Self:
        """Fetch both contacts, and whether the one before is along still."""
        return self.annotate(is_along=waits_for_giver()).select_related(
            "participant", "giver__user", "taker__user"
        )

    def late(self, today: date) -> Self:
        """Return those that should have been done by now, counted from the first meeting."""
        begun = latest_of(today)
        in_time = Q(meets_on__gt=begun) | Q(created_at__gte=times.midnight(begun + DAY))
        return self.open().exclude(in_time)


class Handover(models.Model):
    """The contact has changed already; this is what is left to do, warmly (domain.md R25)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(
        "portal.Membership",
        null=True,  # the person has waited in intake
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("contact before"),
    )
    taker = models.ForeignKey(
        "portal.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("new contact"),
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    words = models.CharField(_("what the new contact should know"), max_length=500, blank=True)
    meets_on = models.DateField(_("first meeting"), null=True, blank=True)
    comes_along = models.BooleanField(_("the contact before comes along"), default=False)
    met_at = models.DateTimeField(_("the new contact has met the person"), null=True)
    let_go_at = models.DateTimeField(_("the contact before has handed over"), null=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    is_along: bool  # set by `with_giver`

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(ended_at=None), name="handover_under_way"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at=None),
                name="a_person_is_handed_over_once_at_a_time",
            ),
            models.CheckConstraint(
                name="only_a_contact_before_comes_along_and_hands_over",
                condition=Q(giver__isnull=False) | Q(comes_along=False, let_go_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    @property
    def began_on(self) -> date:
        """The day its timers count from: of the change, or of a first meeting after it."""
        made_on = times.local(self.created_at).date()
        return max(made_on, self.meets_on) if self.meets_on else made_on
