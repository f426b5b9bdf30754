"""A yes to share that is about to end: the person and the contact hear of it twice (domain.md R5).

What ends together is said together: the first of a person's that end at a moment stands for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Consent, MainContact
from participants.notifications.steps import LONGEST_NAME
from portal.context import Purpose, as_system
from portal.permissions import Permission
from portal.reminders import kinds, planning, samples, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date, datetime

DAY = timedelta(days=1)
LONG_BEFORE, SHORTLY_BEFORE = 30, 7  # days
MORNING = time(9)
FREE_DAYS = 6  # at most in a row, at Christmas


@dataclass(frozen=True, slots=True)
class DueEnd(Due):
    """When it is said that a yes ends, and whose it is: a first name, for the contact."""

    name: str = ""


def plan(participant_id: int) -> None:
    """Plan what is said; call it after every yes and every no, in the same transaction."""
    with as_system(Purpose.REMINDERS, savepoint=False):
        coming = Consent.objects.filter(participant=participant_id, valid_until__gt=Now())
        subjects = list(coming.values_list("pk", flat=True))
    for kind in KINDS:
        planning.plan(kind, subjects)


def last_day(valid_until: datetime) -> date:
    return times.local(valid_until - timedelta.resolution).date()


def _due(days: int) -> Callable[[Collection[int]], dict[int, Due]]:
    """Return when it is said so many days before; nothing of a yes that was given later."""

    def due(consent_ids: Collection[int]) -> dict[int, Due]:
        same = Consent.objects.filter(withdrawn_at=None, pk__lt=OuterRef("pk"))
        earlier = same.filter(
            participant=OuterRef("participant"), valid_until=OuterRef("valid_until")
        )
        first = Consent.objects.filter(
            ~Exists(earlier), pk__in=consent_ids, withdrawn_at=None, participant__closed_at=None
        )
        found: dict[int, Due] = {}
        for pk, person, name, since, until in first.values_list(
            "pk", "participant_id", "participant__first_name", "valid_from", "valid_until"
        ):
            at = times.instant(times.working_day_until(last_day(until) - days * DAY), MORNING)
            too_late = times.midnight(last_day(until) - (SHORTLY_BEFORE - 1) * DAY)
            not_after = until if days == SHORTLY_BEFORE else too_late
            if since < at < not_after:
                found[pk] = DueEnd(
                    at, not_after, until - timedelta.resolution, participant_id=person, name=name
                )
        return found

    return due


def _recipients(consent_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The person first, then the one contact."""
    rows = Consent.objects.filter(pk__in=consent_ids).values_list("pk", "participant_id")
    people = dict(rows)
    held = MainContact.objects.open().filter(participant__in=set(people.values()))
    contacts = dict(held.values_list("participant_id", "membership__user_id"))
    return {
        pk: [
            kinds.participant(person),
            *(kinds.staff(contacts[one]) for one in (person,) if one in contacts),
        ]
        for pk, person in people.items()
    }


def _soon(days: int) -> Callable[[date], Iterable[int]]:
    def soon(today: date) -> Iterable[int]:
        first, last = today + days * DAY, today + (days + 1 + FREE_DAYS) * DAY
        ending = Consent.objects.filter(
            withdrawn_at=None,
            valid_until__gt=times.midnight(first),
            valid_until__lte=times.midnight(last + DAY),
        )
        return ending.values_list("pk", flat=True)

    return soon


def _text(due: Due, recipient: Recipient) -> Message:
    ends = times.local(due.happens_at or due.not_after)
    said = {"day": f"{ends.day}/{ends.month}", "phone": settings.PORTAL_PHONE}
    if recipient.is_participant:
        text = _(
            "Hi! A yes of yours holds until %(day)s. Shall it go on? Sign in and say how you want"
            " it, or call %(phone)s."
        )
        return Message(_("A yes of yours"), text % said)
    text = _(
        "Hi! A yes from %(name)s holds until %(day)s. Sign in and see which, and ask in good time."
    )
    name = due.name if isinstance(due, DueEnd) else ""
    short = text % {**said, "name": name[:LONGEST_NAME]}
    return Message(_("A yes that ends"), text % {**said, "name": name}, sms=short)


def _sample(due: Due, _recipient: Recipient) -> Iterable[Due]:
    return (DueEnd(due.at, due.not_after, due.happens_at, name=samples.NAME),)


CONSENT_ENDS_IN_A_MONTH = ReminderKind(
    code="consent_ends_in_a_month",
    needs=Permission.CONSENT_RECORD,
    name=gettext_lazy("A yes that ends in 30 days"),
    about=gettext_lazy("a yes that ends"),
    when=gettext_lazy("at 9.00, 30 days before"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    due=_due(LONG_BEFORE),
    recipients=_recipients,
    text=_text,
    soon=_soon(LONG_BEFORE),
    sample=_sample,
)
CONSENT_ENDS_IN_A_WEEK = ReminderKind(
    code="consent_ends_in_a_week",
    needs=Permission.CONSENT_RECORD,
    chosen_with="consent_ends_in_a_month",
    name=gettext_lazy("A yes that ends in 7 days"),
    about=gettext_lazy("a yes that ends"),
    when=gettext_lazy("at 9.00, 7 days before"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    due=_due(SHORTLY_BEFORE),
    recipients=_recipients,
    text=_text,
    soon=_soon(SHORTLY_BEFORE),
    sample=_sample,
)
KINDS = (CONSENT_ENDS_IN_A_MONTH, CONSENT_ENDS_IN_A_WEEK)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
