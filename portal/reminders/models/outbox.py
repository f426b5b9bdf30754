"""The outbox: what shall be said to whom and when, and each attempt at saying it.

A row holds the name of its kind and ids, never a text: what is said is worked out when it is sent.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class RecipientKind(models.TextChoices):
    """Whom an id means: an account of staff, or a person the portal is for."""

    STAFF = "STAFF", _("colleague")
    PARTICIPANT = "PARTICIPANT", _("participant")
    CODE = "CODE", _("somebody who signs in")
    GUEST = "GUEST", _("somebody without an account")
    EMPLOYER = "EMPLOYER", _("employer who is asked")


class Priority(models.IntegerChoices):
    """What goes first when much is due at once; each is one indexed look of the dispatcher."""

    NOW = 0, _("at once")
    PLANNED = 1, _("at its time")


class Channel(models.TextChoices):
    """The way a message goes."""

    EMAIL = "EMAIL", _("e-mail")
    SMS = "SMS", _("SMS")
    PUSH = "PUSH", _("a sign on the phone")
    CALL = "CALL", _("a call from the contact")
    LETTER = "LETTER", _("a letter by post")
    NONE = "NONE", _("not at all")


class Status(models.TextChoices):
    """Where a reminder is; every row ends in exactly one of the last six."""

    PLANNED = "PLANNED", _("planned")
    SENDING = "SENDING", _("being sent")
    ACCEPTED = "ACCEPTED", _("sent")
    DELIVERED = "DELIVERED", _("delivered")
    CANCELLED = "CANCELLED", _("no longer needed")
    SUPPRESSED = "SUPPRESSED", _("held back")
    FAILED = "FAILED", _("the address does not work")
    GIVEN_UP = "GIVEN_UP", _("given up")


class Reason(models.TextChoices):
    """Why a reminder was not sent, or not sent at its time."""

    NONE = "", ""
    NOT_WANTED = "NOT_WANTED", _("moved, cancelled or done")
    NOT_VALID = "NOT_VALID", _("no longer right to send")
    NO_ADDRESS = "NO_ADDRESS", _("no address")
    NOT_ASKED_FOR = "NOT_ASKED_FOR", _("the recipient does not want it")
    PAUSED = "PAUSED", _("the recipient has a pause from messages")
    BY_HAND = "BY_HAND", _("a colleague tells it instead")
    PROTECTED = "PROTECTED", _("protected identity: never by message")
    TOO_LATE = "TOO_LATE", _("too late")
    HELD = "HELD", _("paused by those who run the portal")
    TOO_MANY_TRIES = "TOO_MANY_TRIES", _("too many tries")
    UNKNOWN = "UNKNOWN", _("no answer, twice")
    REFUSED = "REFUSED", _("refused by the mail server")
    NOT_DELIVERED = "NOT_DELIVERED", _("it did not arrive")


OPEN = (Status.PLANNED, Status.SENDING)
GONE = (Status.SENDING, Status.ACCEPTED, Status.DELIVERED)
NEEDS_SOMEBODY = (Status.GIVEN_UP, Status.FAILED)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def may_have_gone(self) -> Self:
        """Return what was accepted or is on its way, and what nobody knows about."""
        ends = ReminderAttempt.objects.filter(lease_token=OuterRef("lease_token"))
        without_end = ~Exists(ends.exclude(line=Line.BEGUN))
        calls = ReminderAttempt.objects.filter(reminder=OuterRef("pk"))
        gone = calls.filter(Q(line__in=(Line.ACCEPTED, Line.UNKNOWN)) | without_end)
        return self.filter(Q(status__in=GONE) | Exists(gone))

    def late(self) -> Self:
        """Return what is due, being sent or tried again: what should have left, and has not."""
        is_looked_at = Q(next_at__lte=Now()) | Q(attempt__gt=0)
        return self.open().filter(is_looked_at, ready_at__lte=Now())

    def given_up(self, since: datetime | None = None) -> Self:
        """Return what no machine will try again: a human takes over, and rings."""
        ended = self.filter(status__in=NEEDS_SOMEBODY)
        return ended.filter(ended_at__gte=since) if since else ended

    def about(self, participant_id: int) -> Self:
        """Return what is meant for a person: somebody else may be told about them too."""
        return self.filter(participant_id=participant_id, recipient_kind=RecipientKind.PARTICIPANT)


class Reminder(models.Model):
    """One thing to say to one recipient at one time, written with the change that causes it.

    `due_at` is the time the rule names, and part of the key; rest at night and waits after a
    failure move only `next_at`. While a row is being sent, `next_at` is the end of its lease.
    What it is late from is `ready_at`: that time, or when the row was written if it had come
    before. Rest at night and pauses move it, and failures do not.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    recipient_kind = models.CharField(max_length=12, choices=RecipientKind)
    recipient_id = models.BigIntegerField()
    # Numbers instead of foreign keys: this floor knows no subjects.
    participant_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField()
    ready_at = models.DateTimeField(db_default=Now())
    not_after = models.DateTimeField()
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.PLANNED)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    reason = models.CharField(max_length=14, choices=Reason, default=Reason.NONE, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    # Sent once more because nobody knows whether the first one arrived.
    repeats = models.PositiveSmallIntegerField(default=0)
    # Who may have been given it: until that is known, no other provider is asked.
    gateway = models.CharField(max_length=12, blank=True, db_default="")
    late = models.PositiveIntegerField(db_default=0)  # seconds from `ready_at` to the last claim
    # A keyed hash of the number it goes to, for SMS: one at a time, and whose an answer is.
    address = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    lease_token = models.UUIDField(null=True)
    stopped_at = models.DateTimeField(null=True)  # cancelled while it was being sent: no more tries
    # What the machine could not say, and no colleague has been asked to say yet.
    is_owed = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [
            # Open rows only: ten million old ones cost the dispatcher nothing. The way last: when
            # one of them rests, what waits for it is passed without a look at its rows.
            models.Index(
                fields=["priority", "next_at", "id", "channel"],
                condition=Q(status__in=OPEN),
                name="reminder_to_look_at",
            ),
            models.Index(
                fields=["ready_at"], condition=Q(status__in=OPEN), name="reminder_late_since"
            ),
            # Somebody changes a choice: what is planned for them follows.
            models.Index(
                fields=["recipient_id", "recipient_kind"],
                condition=Q(status="PLANNED"),
                name="reminder_of_recipient",
            ),
            models.Index(fields=["id"], condition=Q(is_owed=True), name="reminder_owed"),
            models.Index(
                fields=["ended_at"],
                condition=Q(status__in=NEEDS_SOMEBODY),
                name="reminder_given_up",
            ),
            models.Index(
                fields=["participant_id", "ended_at"],
                condition=Q(status__in=NEEDS_SOMEBODY),
                name="reminder_given_up_of_person",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                include=["kind", "channel", "gateway", "status", "reason", "repeats", "late"],
                name="reminder_that_ended",
            ),
            models.Index(
                fields=["address", "ended_at"],
                condition=~Q(address=""),
                name="reminder_to_a_number",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "recipient_kind", "recipient_id", "due_at"],
                name="a_thing_is_said_once_to_a_recipient_for_a_time",
            ),
            models.CheckConstraint(
                name="a_reminder_is_due_before_it_is_too_late",
                condition=Q(not_after__gt=F("due_at")),
            ),
            models.CheckConstraint(
                name="a_reminder_has_a_lease_while_it_is_sent",
                condition=Q(status=Status.SENDING, lease_token__isnull=False)
                | (~Q(status=Status.SENDING) & Q(lease_token=None)),
            ),
            models.CheckConstraint(
                name="a_reminder_ends_when_nothing_is_left_to_do",
                condition=Q(status__in=OPEN, ended_at=None)
                | (~Q(status__in=OPEN) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class Line(models.TextChoices):
    """One line about a call: that it begins, or how it ended; or that somebody asked for more."""

    BEGUN = "BEGUN", _("begun")
    ACCEPTED = "ACCEPTED", _("accepted")
    TRANSIENT = "TRANSIENT", _("try again later")
    PERMANENT = "PERMANENT", _("refused for good")
    UNKNOWN = "UNKNOWN", _("no answer")
    REPLAYED = "REPLAYED", _("sent again by a colleague")


class ReminderAttempt(models.Model):
    """Append-only. A beginning without an end is an outcome that nobody knows."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="attempts")
    lease_token = models.UUIDField()
    gateway = models.CharField(max_length=12, blank=True, db_default="")
    reference = models.CharField(
        max_length=64, blank=True, db_default=""
    )  # the provider's own name of it
    line = models.CharField(max_length=10, choices=Line)
    code = models.CharField(max_length=40, blank=True)  # the server's number or our error's name
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attempt at a reminder")
        verbose_name_plural = _("attempts at reminders")
        indexes = [BrinIndex(fields=["at"], name="attempts_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["lease_token"],
                condition=Q(line=Line.BEGUN),
                name="a_lease_begins_one_call",
            ),
            models.UniqueConstraint(
                fields=["lease_token"],
                condition=~Q(line=Line.BEGUN),
                name="a_call_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()} {self.at:%Y-%m-%d %H:%M}"
