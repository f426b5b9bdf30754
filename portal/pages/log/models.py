"""What a log reviewer judges: drawn lots, what a rule has found, and what a person has said."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Participant
from portal.permissions import Permission

if TYPE_CHECKING:
    from portal.actor import Actor


class Draw(models.Model):
    """That a month's lots are drawn: once, with a seal made after its end as the dice.

    Written by the SQL function `draw_log_sample` alone. The same seal gives the same lots, so that
    anybody can draw them again and compare; nobody can draw until they please.
    """

    month = models.DateField(unique=True)
    drawn_at = models.DateTimeField()
    seal = models.PositiveIntegerField()  # its number
    per_unit = models.PositiveSmallIntegerField()
    drawn = models.PositiveIntegerField()  # lines

    class Meta:
        verbose_name = _("drawing of lots")
        verbose_name_plural = _("drawings of lots")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Source(models.TextChoices):
    """How something came before the log reviewer."""

    REPORT = "REPORT", _("From a person")
    RULE = "RULE", _("Found by a rule")
    SAMPLE = "SAMPLE", _("Drawn by lot")


class Rule(models.TextChoices):
    """What a rule looks for (domain.md R15); each is a reason in words, none is a verdict."""

    OWN_RECORD = "OWN_RECORD", _("Their own record.")
    SAME_NAME = "SAME_NAME", _("The same surname as the person.")
    SAME_DETAILS = "SAME_DETAILS", _("The same phone or e-mail address as the person.")
    NO_ASSIGNMENT = "NO_ASSIGNMENT", _("Had no assignment with the person at that time.")
    MANY = "MANY", _("Opened unusually many people in one day.")
    AFTER_HOURS = "AFTER_HOURS", _("In the evening, at night or at a weekend.")
    PROTECTED = "PROTECTED", _("The person has protected identity.")
    STOPPED = "STOPPED", _("Tried to open a page and was stopped.")


class Verdict(models.TextChoices):
    """What the log reviewer says."""

    OK = "OK", _("In order")
    ASKED = "ASKED", _("I have asked, and wait for an answer")
    REPORTED = "REPORTED", _("Not in order, and passed on")


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may read: a reviewer all but what is their own; a person's own.

        Nobody reviews where they have looked themselves, or what is written about themselves.
        """
        if actor.has_perm(Permission.LOG_REVIEW):
            return self.exclude(user_id=actor.user_id).exclude(
                participant_id=Func(Value(actor.user_id), function="person_of")
            )
        if actor.user and actor.membership is None:
            return self.filter(source=Source.REPORT, participant__user=actor.user_id)
        return self.none()

    def waiting(self) -> Self:
        return self.exclude(self._settled())

    def settled(self) -> Self:
        return self.filter(self._settled())

    def _settled(self) -> Exists:
        final = Decision.objects.filter(finding=OuterRef("pk")).exclude(verdict=Verdict.ASKED)
        return Exists(final)

    def persons_first(self) -> Self:
        """Order as one works: what a person waits for, then what a rule found, then the lots."""
        return self.order_by("source", "on", "pk")  # REPORT, RULE, SAMPLE


class Finding(models.Model):
    """One thing to judge: who looked at whom, on which day, and why it is asked about.

    Lots and what rules find are written by functions of the database alone; a report is written
    by the person. Nothing here is changed: what is decided are rows of `Decision`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=10, choices=Source)
    on = models.DateField()
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )  # the log outlives whom it tells about
    # Who looked, as the log has it; a person who reports need not know.
    user_id = models.BigIntegerField(null=True)
    membership_id = models.BigIntegerField(null=True)
    reasons = ArrayField(models.CharField(max_length=20, choices=Rule), default=list)
    events = ArrayField(models.BigIntegerField(), default=list)  # the lines of the log
    text = models.TextField(_("what looks wrong?"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about the log")
        verbose_name_plural = _("questions about the log")
        indexes = [models.Index(fields=["source", "on", "id"], name="finding_as_one_works")]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "user_id", "participant"],
                condition=Q(source=Source.RULE),
                nulls_distinct=False,
                name="a_day_of_looking_at_a_person_is_asked_about_once",
            ),
            models.UniqueConstraint(
                fields=["events"],
                condition=Q(source=Source.SAMPLE),
                name="a_line_of_the_log_is_drawn_once",
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.REPORT) | (Q(participant__isnull=False) & ~Q(text="")),
                name="a_report_is_about_a_person_and_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.on}"


class Decision(models.Model):
    """What a log reviewer has said about one thing; a later word is a new row."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(_("what do you say?"), max_length=10, choices=Verdict)
    note = models.TextField(_("why, in a sentence"), max_length=1000)
    answer = models.TextField(_("answer to the person"), max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    author = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("decision of a log review")
        verbose_name_plural = _("decisions of log reviews")

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}"
