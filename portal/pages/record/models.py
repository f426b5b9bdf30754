"""What the record reads across the subjects: views of the database, which nobody writes.

To say in a view how eight tables are one list, and two are one team, costs a page one short
question where it cost many long ones, and PostgreSQL merges the tables as their indexes lie.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employers.models import FollowUpNote
from participants.models import Audience, Participant
from portal import access
from portal.models import InfoType, Organisation, User
from portal.permissions import Role

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


NEW = timedelta(days=90)  # after which a hand-over is told of in its own list alone


class What(models.TextChoices):
    """Kinds of things that happen, as the view `record_happening` writes them."""

    CONTACT = "contact", _("contact")
    STEP = "step", _("New step")
    DONE = "done", _("Step done")
    DECIDED = "decided", _("An answer came")
    GOAL = "goal", _("Goal")
    PLACEMENT = "placement", _("placement")
    FOLLOW_UP = "follow_up", _("Follow-up at work")
    ENROLMENT = "enrolment", _("Got a place")
    ATTENDANCE = "attendance", _("Was there")


class HappeningQuerySet(models.QuerySet["Happening"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may see: the common rule, and what contacts narrow it by."""
        if access.only_activities_of(actor) or access.reads_no_notes(actor):
            return self.none()  # leaders and representatives read no records
        reached = self.filter(access.reach(actor), stands=True)
        if actor.membership is None:
            return reached.filter(Q(held=None) | Q(held__lte=Now()))
        team = Q(audience__in=("", Audience.TEAM)) | Q(owner_id=actor.organisation_id)
        return reached.filter(team)

    def told_once(self, actor: Actor) -> Self:
        """Leave out a contact without a text where a follow-up at work tells of the same talk."""
        told = FollowUpNote.objects.visible_to(actor).filter(
            submission_id=OuterRef("submission_id")
        )
        return self.exclude(Exists(told), what=What.CONTACT, said="")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-of_id")


class Happening(models.Model):
    """One thing that has happened to a person, whichever subject keeps it."""

    pk = models.CompositePrimaryKey("what", "of_id")
    what = models.TextField(choices=What)
    of_id = models.BigIntegerField()
    public_id = models.UUIDField()
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="+")
    owner = models.ForeignKey(Organisation, on_delete=models.DO_NOTHING, related_name="+")
    info_type = models.PositiveSmallIntegerField(choices=InfoType)
    author = models.ForeignKey(User, null=True, on_delete=models.DO_NOTHING, related_name="+")
    submission_id = models.UUIDField(null=True)  # of a contact
    audience = models.TextField()  # of a contact; else empty
    at = models.DateTimeField()
    said = models.TextField()
    detail = models.TextField()  # a code, of which the page makes words
    held = models.DateTimeField(null=True)  # until when the person may not read it
    stands = models.BooleanField()  # neither removed nor written by mistake

    objects = HappeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing that has happened")
        verbose_name_plural = _("things that have happened")
        managed = False
        db_table = "record_happening"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.what}"


class Colleague(models.Model):
    """Somebody who works with a person now: the main contact, or one of the team."""

    pk = models.CompositePrimaryKey("is_main", "of_id")
    is_main = models.BooleanField()
    of_id = models.BigIntegerField()
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="+")
    membership_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField(choices=Role)
    unit = models.TextField()
    started_at = models.DateTimeField()

    class Meta:
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")
        managed = False
        db_table = "record_colleague"

    def __str__(self) -> str:
        return self.name

    @property
    def is_new(self) -> bool:
        """A main contact so new that the hand-over may not be finished."""
        return self.is_main and self.started_at > timezone.now() - NEW


class CurrentQuerySet(models.QuerySet["Current"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may see by the common rule; leaders read no records."""
        return self.none() if access.only_activities_of(actor) else self.filter(access.reach(actor))

    def on(self, today: date) -> Self:
        """Return what has not ended by a day, or is about to begin."""
        return self.filter(Q(ended=None) | Q(ended__gte=today))


class Current(models.Model):
    """A place that a person has, or a decision that the person waits for; what it lacks is empty.

    Of a decision, `kind` is who decides, `employer` the first name of who watches it, and `last`
    the day it is expected by.
    """

    pk = models.CompositePrimaryKey("what", "of_id")
    what = models.TextField()
    of_id = models.BigIntegerField()
    public_id = models.UUIDField()
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="+")
    owner = models.ForeignKey(Organisation, on_delete=models.DO_NOTHING, related_name="+")
    info_type = models.PositiveSmallIntegerField(choices=InfoType)
    first = models.DateField()
    last = models.DateField(null=True)
    ended = models.DateField(null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    kind = models.TextField(blank=True)
    name = models.TextField()
    employer = models.TextField(blank=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("current place or decision")
        verbose_name_plural = _("current places and decisions")
        managed = False
        db_table = "record_current"

    def __str__(self) -> str:
        return self.name
