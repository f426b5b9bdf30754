"""What every kind would say, with the longest words that it can meet: for a page, and a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from django.utils import translation

from portal.reminders import gsm, times
from portal.reminders.kinds import Due, Recipient
from portal.reminders.models import Channel, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.reminders.kinds import Message, ReminderKind

NOBODY = 0  # the number of no row: a link that is made of it opens nothing
NAME = "Maximiliana-Alexandrine"  # the longest first name that we know of
# Wednesday is the longest day in English, Thursday in Swedish; both days have two figures.
WEDNESDAY, THURSDAY = date(2026, 12, 30), date(2026, 12, 31)
BEGINS, ENDS = time(10, 30), time(21, 45)
BY_SMS = (RecipientKind.PARTICIPANT, RecipientKind.STAFF, RecipientKind.CODE)


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as one recipient would get it."""

    recipient: Recipient
    message: Message
    by_sms: bool

    @property
    def texts(self) -> Iterator[tuple[Channel, str]]:
        """What each way of sending it would carry."""
        yield Channel.EMAIL, self.message.text
        if self.by_sms:
            yield Channel.SMS, self.message.short

    @property
    def length(self) -> int:
        """How many of the 160 characters of an SMS it takes."""
        return gsm.length(self.message.short)


def samples(kind: ReminderKind, language: str, *days: date) -> list[Sample]:
    """Return all that a kind may say in a language of things on these days, each text once."""
    found = []
    with translation.override(language):
        for who in kind.to:
            recipient = Recipient(who, NOBODY)
            by_sms = who in BY_SMS and not kind.email_only
            said = {
                kind.text(one, recipient): None  # a dict keeps the order
                for day in days or (WEDNESDAY, THURSDAY)
                for one in kind.sample(_due(day), recipient)
            }
            found += [Sample(recipient, message, by_sms) for message in said]
    return found


def _due(day: date) -> Due:
    begins, ends = times.instant(day, BEGINS), times.instant(day, ENDS)
    return Due(begins, ends, happens_at=begins, participant_id=NOBODY)
