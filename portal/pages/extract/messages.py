"""What we have said to a person, long ago and of late, and what they have chosen about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.pages.extract.section import Section
from portal.reminders.models import PastReminder, Reminder, Wish

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

HOW_IT_WENT: dict[str, _StrOrPromise] = {
    "due_at": _("when"),
    "channel": _("how"),
    "status": _("how it went"),
    "reason": _("why not"),
    "ended_at": _("done"),
}
MESSAGES: tuple[Section, ...] = (
    Section(
        "messages",
        _("Messages we have sent you"),
        Reminder,
        HOW_IT_WENT,
        lambda person, _actor: Reminder.objects.about(person.pk).order_by("due_at", "pk"),
    ),
    Section(
        "past_messages",
        _("Messages we sent you more than three months ago"),
        PastReminder,
        HOW_IT_WENT,
        lambda person, _actor: PastReminder.objects.about(person.pk).order_by("due_at", "pk"),
    ),
    Section(
        "message_choices",
        _("What you have chosen about messages"),
        Wish,
        {
            "channel": _("how we reach you"),
            "kinds": _("which messages"),
            "quiet_from": _("quiet from"),
            "quiet_until": _("quiet until"),
            "language": _("language"),
            "paused_until": _("pause until"),
            "shares_phone": _("shares the phone"),
            "sms_since": _("yes to SMS"),
            "sms_stopped_at": _("no to SMS"),
            "confirmed_at": _("the number was right"),
            "email_failures": _("e-mails in a row that did not arrive"),
            "phone_failures": _("SMS in a row that did not arrive"),
            "changed_at": _("changed"),
        },
        lambda person, _actor: Wish.objects.filter(participant_id=person.pk),
    ),
)
