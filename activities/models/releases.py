"""What is sent across the wall: the plan and the attendance of mandated days, and nothing else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Participant
from portal import access
from portal.models import Level

if TYPE_CHECKING:
    from datetime import datetime

    from portal.actor import Actor


class ReleaseState(models.TextChoices):
    """Where a release is, in words for those who made it and the one it is about."""

    READING = "READING", _("the person reads it first")
    WAITING = "WAITING", _("the person has asked us to wait")
    OPEN = "OPEN", _("sent")
    TAKEN_BACK = "TAKEN_BACK", _("taken back")


class MandatedReleaseQuerySet(models.QuerySet["MandatedRelease"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may read: one's own, one's people's, or what has been sent.

        A benefits officer reads what has opened for the own unit and never more of the person.
        """
        if actor.membership and access.is_behind_the_wall(actor):
            mine = self.sent().filter(receiver=actor.membership.unit_id)
            return mine.filter(access.sent(actor))
        people = Participant.objects.filter(access.people(actor, Level.READ))
        return self.filter(participant__in=people)

    def sent(self) -> Self:
        """Return what is open to the receiver at this moment."""
        return self.filter(
            Q(opens_at__lte=Now(), held_at=None) | Q(confirmed_at__lte=Now()), taken_back_at=None
        )

    def to_read(self) -> Self:
        """Return what the person should read before it opens, the soonest first."""
        reading = self.standing().filter(confirmed_at=None, held_at=None, opens_at__gt=Now())
        return reading.order_by("opens_at")

    def standing(self) -> Self:
        return self.filter(taken_back_at=None)


class MandatedRelease(models.Model):
    """One period of somebody's mandated days, copied as it stood when it was released.

    The person reads the copy first. It opens to the receiving unit when the person says so, or on
    its day unless the person has asked to wait. A copy, so that what the officer reads is word for
    word what the person has read. Where nothing is noted of a day, nothing is known: it is no
    absence.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="mandated_releases"
    )
    owner = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who reads it"),
    )
    name = models.CharField(_("name"), max_length=201)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    # [{activity, weekdays, started_on, ended_on}] and [{activity, starts_at, ends_at, was_there}]:
    # activities/releasing.py makes both and reads both.
    plan = models.JSONField(default=list)
    days = models.JSONField(default=list)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    opens_at = models.DateTimeField(_("opens"))
    confirmed_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MandatedReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("what is sent about mandated days")
        verbose_name_plural = _("what is sent about mandated days")
        indexes = [
            models.Index(fields=["participant", "-released_at"], name="release_of_a_person"),
            models.Index(fields=["receiver", "-opens_at"], name="release_to_a_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="what_was_released_has_a_time_and_a_person",
                condition=Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_release_ends_after_it_starts",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="a_release_is_read_before_it_opens",
                condition=Q(opens_at__gt=F("released_at")),
            ),
            models.CheckConstraint(
                name="a_release_is_confirmed_or_held_not_both",
                condition=Q(confirmed_at=None) | Q(held_at=None),
            ),
            models.CheckConstraint(
                name="a_release_taken_back_has_a_time_and_a_person",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on}/{self.last_on}"

    def state(self, now: datetime) -> ReleaseState:
        """Return where it is at a moment."""
        if self.taken_back_at:
            return ReleaseState.TAKEN_BACK
        if self.confirmed_at:
            return ReleaseState.OPEN
        if self.held_at:
            return ReleaseState.WAITING
        return ReleaseState.OPEN if self.opens_at <= now else ReleaseState.READING
