"""What a gateway tells afterwards. Append-only, each event once, never a number or a text."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.reminders.models.outbox import Reminder


class Receipt(models.Model):
    """How a message fared, as its gateway says; kept as it came, also when nothing follows."""

    gateway = models.CharField(max_length=12)
    reference = models.CharField(max_length=64)  # the gateway's own name of the message
    word = models.CharField(max_length=20)  # its word for how it fares
    code = models.CharField(max_length=40, blank=True)
    # What it is about, named by the address that it came to; empty when that row is gone.
    reminder = models.ForeignKey(
        Reminder, null=True, on_delete=models.DB_CASCADE, related_name="receipts"
    )
    lease_token = models.UUIDField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference", "word"],
                name="a_gateway_tells_a_thing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.word} {self.at:%Y-%m-%d %H:%M}"


class Said(models.TextChoices):
    """What somebody meant by an answer."""

    COMES = "COMES", _("comes")
    CANNOT = "CANNOT", _("cannot come")
    STOP = "STOP", _("wants no more SMS")
    WORDS = "WORDS", _("something else")


class Reply(models.Model):
    """That an answer came and what it meant; what it said stands with whoever is to read it."""

    gateway = models.CharField(max_length=12)
    reference = models.CharField(max_length=64)
    said = models.CharField(max_length=8, choices=Said)
    # What it answered; empty when that number has been sent nothing.
    reminder = models.ForeignKey(
        Reminder, null=True, on_delete=models.DB_CASCADE, related_name="replies"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("answer by SMS")
        verbose_name_plural = _("answers by SMS")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference"], name="an_answer_is_heard_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_said_display()} {self.at:%Y-%m-%d %H:%M}"
