"""What an employer is asked by letter, once more if need be; then somebody of ours rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from employers.models import AskAnswer, EmployerAsk
from employers.models.asks import HOLDS, askers
from participants.notifications import mornings
from portal.context import Purpose, as_system
from portal.permissions import Permission
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Address, Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind, Reminder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

DAY = timedelta(days=1)
MORNING = time(9)
NEWS = timedelta(days=2)
STALE = timedelta(days=7)
MONTHS_ASLEEP = 6
SIGNER = TimestampSigner(salt="employers.asking")


@dataclass(frozen=True, slots=True)
class DueAsk(Due):
    """When an employer is asked, and about which question."""

    ask: int = 0


def link(ask_id: int) -> str:
    """Return the whole address at which an employer answers, by one of three buttons."""
    page = reverse("employers:ask_reply", args=[SIGNER.sign(str(ask_id))])
    return f"{settings.PORTAL_URL}{page}"


def asked_by(key: str) -> EmployerAsk | None:
    """Return the question that a link is for, or None if it is too old or not ours."""
    try:
        pk = int(SIGNER.unsign(key, max_age=HOLDS))
    except (BadSignature, ValueError):
        return None
    return EmployerAsk.objects.select_related("employer", "asker__user").filter(pk=pk).first()


def plan_ask(ask_ids: Collection[int]) -> None:
    """Plan what is said of questions; after every change, in the same transaction."""
    for kind in KINDS:
        planning.plan(kind, ask_ids)


def _asked_due(ask_ids: Collection[int]) -> dict[int, Due]:
    waiting = EmployerAsk.objects.waiting().filter(pk__in=ask_ids)
    return {pk: DueAsk(at, at + NEWS, ask=pk) for pk, at in waiting.values_list("pk", "asked_at")}


def _reminded_due(ask_ids: Collection[int]) -> dict[int, Due]:
    waiting = EmployerAsk.objects.waiting().filter(pk__in=ask_ids)
    found: dict[int, Due] = {}
    for pk, remind_on, ring_on in waiting.values_list("pk", "remind_on", "ring_on"):
        found[pk] = DueAsk(times.instant(remind_on, MORNING), times.midnight(ring_on), ask=pk)
    return found


def _employers(ask_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return {pk: [Recipient(RecipientKind.EMPLOYER, pk)] for pk in ask_ids}


def _asked_text(due: Due, _recipient: Recipient) -> Message:
    ask = due.ask if isinstance(due, DueAsk) else 0
    text = _(
        "Hi! We have a question to you who take people on. Answer with one tap, no account"
        " needed: %(link)s"
    )
    return Message(_("A question to you"), text % {"link": link(ask)})


def _reminded_text(due: Due, _recipient: Recipient) -> Message:
    ask = due.ask if isinstance(due, DueAsk) else 0
    text = _("Hi! We would still like to hear from you. Answer with one tap: %(link)s")
    return Message(_("Our question to you"), text % {"link": link(ask)})


def _silent_due(ask_ids: Collection[int]) -> dict[int, Due]:
    waiting = EmployerAsk.objects.waiting().filter(pk__in=ask_ids)
    found = {}
    for pk, ring_on in waiting.values_list("pk", "ring_on"):
        at = times.instant(ring_on, MORNING)
        found[pk] = Due(at, at + STALE)
    return found


def _answered_due(ask_ids: Collection[int]) -> dict[int, Due]:
    """At the answer, when they gave it themselves."""
    answered = EmployerAsk.objects.filter(pk__in=ask_ids, noted_by=None)
    answered = answered.exclude(answer__in=("", AskAnswer.NONE))
    return {pk: Due(at, at + STALE) for pk, at in answered.values_list("pk", "answered_at") if at}


def _again_due(ask_ids: Collection[int]) -> dict[int, Due]:
    """Half a year after the last of two without an answer; of the newest question alone."""
    later = EmployerAsk.objects.filter(
        employer=OuterRef("employer"), asked_at__gt=OuterRef("asked_at")
    )
    before = EmployerAsk.objects.filter(
        employer=OuterRef("employer"), asked_at__lt=OuterRef("asked_at"), answer=AskAnswer.NONE
    )
    asleep = EmployerAsk.objects.waiting().filter(~Exists(later), Exists(before), pk__in=ask_ids)
    found = {}
    for pk, asked_at in asleep.values_list("pk", "asked_at"):
        day = times.local(asked_at).date() + relativedelta(months=MONTHS_ASLEEP)
        at = times.instant(times.working_day_from(day), MORNING)
        found[pk] = Due(at, at + STALE)
    return found


def _asker(ask_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Who asked; once they no longer ask employers, the colleagues of their unit who do."""
    asked = EmployerAsk.objects.filter(pk__in=ask_ids)
    rows = list(asked.values_list("pk", "asker_id", "asker__unit_id"))
    by_unit: dict[int, dict[int, int]] = {}
    held = askers().filter(unit__in={unit for _pk, _asker, unit in rows})
    for unit, membership, user in held.order_by("pk").values_list("unit_id", "pk", "user_id"):
        by_unit.setdefault(unit, {})[membership] = user
    found = {}
    for pk, asker, unit in rows:
        here = by_unit.get(unit, {})
        found[pk] = [
            kinds.staff(one) for one in ([here[asker]] if asker in here else here.values())
        ]
    return found


def _silent_text(_due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! Somebody has not answered our question. Sign in, and ring them instead.")
    return Message(_("Time to ring"), text)


def _answered_text(_due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! A question of ours has its answer. Sign in to read it.")
    return Message(_("An answer has come"), text)


def _again_text(_due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! Half a year has passed since we asked. Sign in if you want to ask again.")
    return Message(_("Ask again?"), text)


def _soon(today: date) -> Iterable[int]:
    """Those whose days come today or tomorrow."""
    near = (today, today + DAY)
    waiting = EmployerAsk.objects.waiting()
    due = waiting.filter(remind_on__in=near) | waiting.filter(ring_on__in=near)
    return due.values_list("pk", flat=True)


def _asleep_soon(today: date) -> Iterable[int]:
    """Those that were asked half a year ago, with the free days after it."""
    day = today - relativedelta(months=MONTHS_ASLEEP)
    asked = (times.midnight(day - 5 * DAY), times.midnight(day + 3 * DAY))
    return EmployerAsk.objects.waiting().filter(asked_at__range=asked).values_list("pk", flat=True)


def _addresses(ask_ids: Collection[int]) -> dict[int, Address]:
    known = EmployerAsk.objects.filter(pk__in=ask_ids)
    pairs = known.values_list("pk", "employer__contact_email")
    return {pk: Address(email) for pk, email in pairs if email}


def _to_ring(membership_ids: Collection[int], today: date) -> dict[int, int]:
    """One's own, and those of the unit whose asker no longer works with employers."""
    silent = EmployerAsk.objects.silent(today)
    found = mornings.tally(silent.filter(asker__in=membership_ids), "asker_id")
    left = mornings.tally(silent.exclude(asker__in=askers()), "asker__unit_id")
    here = askers().filter(pk__in=membership_ids, unit__in=left)
    for membership, unit in here.values_list("pk", "unit_id"):
        found[membership] = found.get(membership, 0) + left[unit]
    return found


def _counted(number: int) -> str:
    return ngettext("%(number)s to ring", "%(number)s to ring", number)


EMPLOYER_ASKED = ReminderKind(
    code="employer_asked",
    name=gettext_lazy("Question to an employer"),
    to=(RecipientKind.EMPLOYER,),
    email_only=True,
    due=_asked_due,
    recipients=_employers,
    text=_asked_text,
    soon=_soon,
    priority=Priority.NOW,
)
EMPLOYER_REMINDED = ReminderKind(
    code="employer_reminded",
    name=gettext_lazy("Question to an employer, once more"),
    to=(RecipientKind.EMPLOYER,),
    email_only=True,
    when=gettext_lazy("at 9.00, 3 days after the question, or the next working day"),
    due=_reminded_due,
    recipients=_employers,
    text=_reminded_text,
    soon=_soon,
)
EMPLOYER_SILENT = ReminderKind(
    code="employer_silent",
    needs=Permission.EMPLOYER_ADD,
    name=gettext_lazy("Employer who does not answer"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 9.00, 7 days after the question, or the next working day"),
    due=_silent_due,
    recipients=_asker,
    text=_silent_text,
    soon=_soon,
)
EMPLOYER_ANSWERED = ReminderKind(
    code="employer_answered",
    needs=Permission.EMPLOYER_ADD,
    name=gettext_lazy("Answer of an employer"),
    to=(RecipientKind.STAFF,),
    due=_answered_due,
    recipients=_asker,
    text=_answered_text,
    soon=lambda _today: (),
    priority=Priority.NOW,
)
EMPLOYER_AGAIN = ReminderKind(
    code="employer_again",
    needs=Permission.EMPLOYER_ADD,
    name=gettext_lazy("Employer to ask again"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 9.00, half a year after the second question without an answer"),
    due=_again_due,
    recipients=_asker,
    text=_again_text,
    soon=_asleep_soon,
)
KINDS = (EMPLOYER_ASKED, EMPLOYER_REMINDED, EMPLOYER_SILENT, EMPLOYER_ANSWERED, EMPLOYER_AGAIN)


def not_arrived(ask_ids: Collection[int]) -> set[int]:
    """Return the questions of which a letter did not arrive: whoever asked rings instead."""
    letters = [EMPLOYER_ASKED.code, EMPLOYER_REMINDED.code]
    with as_system(Purpose.REMINDERS, savepoint=False):
        lost = Reminder.objects.given_up().filter(kind__in=letters, subject_id__in=ask_ids)
        return set(lost.values_list("subject_id", flat=True))


def declare() -> None:
    """Make the kinds, addresses and what a morning counts known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
    kinds.register_recipients(RecipientKind.EMPLOYER, _addresses)
    mornings.counted.append(mornings.Counted(_to_ring, _counted))
