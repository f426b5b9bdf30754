"""What is said of a question about a place, and when: sent, still waiting, and how it ended."""

from __future__ import annotations

from collections import defaultdict
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Referral
from participants.models import MainContact
from portal.models import Membership
from portal.permissions import Permission, roles_with
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

DAY = timedelta(days=1)
REMIND_AFTER, EXPIRE_AFTER = 3, 10  # working days (mission.md N3)
MORNING = time(9)
STALE = timedelta(days=14)  # an answer that nobody could be told of by then is found on the page


def those_who_answer(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the accounts of those who answer for each unit; a unit without any is not asked."""
    found: dict[int, list[int]] = defaultdict(list)
    roles = roles_with(Permission.REFERRAL_ANSWER)
    held = Membership.objects.current().filter(unit__in=unit_ids, role__in=roles)
    for unit, user in held.order_by("pk").values_list("unit_id", "user_id"):
        found[unit].append(user)
    return found


def plan(referral_ids: Iterable[int]) -> None:
    """Plan what is said; call it after every change, in the same transaction."""
    subjects = list(referral_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def _expires_at(expires_on: date) -> datetime:
    return times.midnight(expires_on + DAY)


def _sent_due(referral_ids: Collection[int]) -> dict[int, Due]:
    waiting = Referral.objects.unanswered().filter(pk__in=referral_ids)
    return {
        pk: Due(at, _expires_at(expires), happens_at=_expires_at(expires) - DAY)
        for pk, at, expires in waiting.values_list("pk", "sent_at", "expires_on")
    }


def _sent_recipients(referral_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The person first, then those who answer."""
    rows = list(
        Referral.objects.filter(pk__in=referral_ids).values_list(
            "pk", "participant_id", "receiver_id"
        )
    )
    answer = those_who_answer({receiver for _pk, _person, receiver in rows})
    return {
        pk: [kinds.participant(person), *(kinds.staff(user) for user in answer.get(receiver, []))]
        for pk, person, receiver in rows
    }


def _sent_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_participant:
        text = _(
            "Hi! We have asked for you. An answer comes by %(day)s at the latest. Questions?"
            " Call %(phone)s."
        )
        return Message(_("We have asked"), text % _words(due))
    text = _("Hi! Somebody wonders about a place. Sign in and answer by %(day)s at the latest.")
    return Message(_("A question waits"), text % _words(due))


def _waits_due(referral_ids: Collection[int]) -> dict[int, Due]:
    waiting = Referral.objects.unanswered().filter(pk__in=referral_ids)
    return {
        pk: Due(
            times.instant(remind, MORNING),
            _expires_at(expires),
            happens_at=_expires_at(expires) - DAY,
        )
        for pk, remind, expires in waiting.values_list("pk", "remind_on", "expires_on")
    }


def _waits_recipients(referral_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Once, to those who answer; then a human acts (mission.md 5)."""
    sent = _sent_recipients(referral_ids)
    return {pk: [one for one in to if not one.is_participant] for pk, to in sent.items()}


def _waits_text(due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! A question still waits for you. Sign in and answer by %(day)s at the latest.")
    return Message(_("A question still waits"), text % _words(due))


def _ended_due(referral_ids: Collection[int]) -> dict[int, Due]:
    """At the answer; without one, as the last day has passed."""
    stands = Referral.objects.filter(pk__in=referral_ids, taken_back_at=None)
    found = {}
    for pk, answered, expires in stands.values_list("pk", "answered_at", "expires_on"):
        at = answered or _expires_at(expires)
        found[pk] = Due(at, at + STALE)
    return found


def _ended_recipients(referral_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The person first, then the one who asked; their contact, once that one asks no more."""
    asks = Membership.objects.current().filter(role__in=roles_with(Permission.REFERRAL_WRITE))
    contact = MainContact.objects.open().filter(participant=OuterRef("participant"))
    rows = Referral.objects.filter(pk__in=referral_ids).annotate(
        hears=Coalesce(
            Subquery(asks.filter(pk=OuterRef("sender")).values("user_id")),
            Subquery(contact.values("membership__user_id")[:1]),
        )
    )
    return {
        pk: [kinds.participant(person), *([kinds.staff(user)] if user else [])]
        for pk, person, user in rows.values_list("pk", "participant_id", "hears")
    }


def _ended_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_participant:
        text = _("Hi! There is news for you. Sign in and read it, or call %(phone)s.")
        return Message(_("News for you"), text % _words(due))
    text = _("Hi! A question about a place has come back. Sign in to see how it went.")
    return Message(_("A question has come back"), text)


def _soon(today: date) -> Iterable[int]:
    """Those whose timers run out today or tomorrow."""
    near = [today, today + DAY]
    waiting = Referral.objects.unanswered()
    reminded = waiting.filter(remind_on__in=near)
    ending = waiting.filter(expires_on__in=[today - DAY, *near])
    return reminded.union(ending).values_list("pk", flat=True)


def _words(due: Due) -> dict[str, str]:
    """Return the last day in figures, since the reader's today is unknown."""
    last = times.local(due.happens_at) if due.happens_at else None
    return {"day": f"{last.day}/{last.month}" if last else "", "phone": settings.PORTAL_PHONE}


REFERRAL_SENT = ReminderKind(
    code="referral_sent",
    needs=Permission.REFERRAL_ANSWER,
    name=gettext_lazy("Question about a place"),
    about=gettext_lazy("a question about a place"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    due=_sent_due,
    recipients=_sent_recipients,
    text=_sent_text,
    soon=_soon,
)
REFERRAL_WAITS = ReminderKind(
    code="referral_waits",
    needs=Permission.REFERRAL_ANSWER,
    name=gettext_lazy("Question still waits"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 9.00, three working days after the question"),
    due=_waits_due,
    recipients=_waits_recipients,
    text=_waits_text,
    soon=_soon,
)
REFERRAL_ENDED = ReminderKind(
    code="referral_ended",
    needs=Permission.REFERRAL_WRITE,
    chosen_with="referral_sent",
    name=gettext_lazy("Question answered, or out of time"),
    about=gettext_lazy("a question about a place"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    when=gettext_lazy("at the answer, or without one after ten working days"),
    due=_ended_due,
    recipients=_ended_recipients,
    text=_ended_text,
    soon=_soon,
)
KINDS = (REFERRAL_SENT, REFERRAL_WAITS, REFERRAL_ENDED)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
