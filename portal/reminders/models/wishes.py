"""What somebody has chosen about what we send them: which way, when, and what not at all."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.reminders.models.outbox import Channel, RecipientKind

FIRST_REST, LAST_REST = time(14), time(20)  # from when in the evening; our rule is the last
FIRST_WAKE, LAST_WAKE = time(8), time(12)  # until when in the morning; our rule is the first
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]


class Wish(models.Model):
    """One recipient's own choice. Without a row everything is as we mean it for everybody.

    No address stands here: that two messages in a row did not arrive is forgotten by the database
    when the address is another, and that a number was right when the number is.
    """

    # Numbers instead of foreign keys, as in the outbox: this floor knows no subjects.
    recipient_kind = models.CharField(max_length=12, choices=RecipientKind)
    recipient_id = models.BigIntegerField()
    participant_id = models.BigIntegerField(null=True, editable=False)
    channel = models.CharField(_("how we reach you"), max_length=8, choices=Channel, blank=True)
    # By code of kind: another way for this alone, none, or "" for one that is sent to who asks.
    kinds = models.JSONField(_("which messages"), default=dict, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True)
    paused_until = models.DateField(_("pause until"), null=True, blank=True)
    shares_phone = models.BooleanField(_("shares the phone"), null=True, blank=True)
    sms_since = models.DateTimeField(_("yes to SMS"), null=True, editable=False)
    sms_stopped_at = models.DateTimeField(_("no to SMS"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("the number was right"), null=True, editable=False)
    # Messages in a row that an address has refused: after two it is used no more.
    email_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    phone_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("choice about messages")
        verbose_name_plural = _("choices about messages")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_kind", "recipient_id"],
                name="a_recipient_has_one_choice_about_messages",
            ),
            models.UniqueConstraint(
                fields=["participant_id"],
                condition=Q(participant_id__isnull=False),
                name="a_participant_has_one_choice_about_messages",
            ),
            models.CheckConstraint(
                name="a_choice_of_a_participant_names_the_participant",
                condition=Q(recipient_kind=RecipientKind.STAFF, participant_id=None)
                | Q(recipient_kind=RecipientKind.PARTICIPANT, participant_id=F("recipient_id")),
            ),
            models.CheckConstraint(
                name="a_text_message_takes_a_yes",
                condition=~Q(channel=Channel.SMS) | Q(sms_since__isnull=False),
            ),
            models.CheckConstraint(
                name="a_yes_to_text_messages_ends_a_no",
                condition=Q(sms_since=None) | Q(sms_stopped_at=None),
            ),
            models.CheckConstraint(
                name="quiet_hours_are_widened_and_never_narrowed",
                condition=(Q(quiet_from=None) | Q(quiet_from__range=(FIRST_REST, LAST_REST)))
                & (Q(quiet_until=None) | Q(quiet_until__range=(FIRST_WAKE, LAST_WAKE))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_recipient_kind_display()} {self.recipient_id}"
