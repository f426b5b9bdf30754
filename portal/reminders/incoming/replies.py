"""What people answer by SMS: 1, 2, STOPP, and words, which are for the one they know."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from portal.context import Purpose, as_system
from portal.reminders.channels import signs
from portal.reminders.kinds import Answer, NotNow, Recipient, registry
from portal.reminders.models import Channel, RecipientKind, Reminder, Reply, Said, Status
from portal.reminders.preferences import stop_sms

if TYPE_CHECKING:
    from portal.reminders.channels.gateway import Heard

LASTS = timedelta(days=4)  # after which an answer is an answer to something else
TOGETHER = timedelta(hours=1)  # two questions within it: an answer to which of them?
ANSWERS = {Said.COMES: Answer.COMES, Said.CANNOT: Answer.CANNOT}
FIGURES = {"1": Said.COMES, "2": Said.CANNOT}
STOP = {"stopp", "stop"}
SHORT = 5  # words: whoever writes more has something to tell
# Words beside a figure that tell nothing more than the figure does.
POLITE = {
    *("ja", "jo", "nej", "hej", "tack", "tyvärr", "ok", "okej", "svar", "svarar", "förlåt", "bra"),
    *("jag", "kommer", "kan", "inte", "yes", "no", "hi", "thanks", "thank", "you", "sorry"),
    *("answer", "i", "come", "coming", "can", "not", "cannot", "please"),
}
BEFORE = {"ja", "jo", "nej", "hej", "ok", "okej", "svar", "svarar", "yes", "no", "hi", "answer"}


def understood(text: str) -> tuple[Said, bool]:
    """Return what somebody means, and whether they said more than that."""
    words = re.findall(r"\w+", text.lower())
    if words and (words[0] in STOP or (len(words) <= SHORT and STOP & set(words))):
        return Said.STOP, False
    figures = [word for word in words if word in FIGURES]
    if len(figures) == 1:
        place = words.index(figures[0])
        if set(words[:place]) <= BEFORE:
            return FIGURES[figures[0]], not set(words) <= {*POLITE, *figures}
    return Said.WORDS, True


def take(*, gateway: str, heard: Heard) -> str:
    """Do what an answer says, once; return what to answer, in their language, or nothing."""
    said, says_more = understood(heard.text)
    with as_system(Purpose.REMINDERS):
        row, is_sure = _answered(heard.number, said)
        _kept, is_new = Reply.objects.get_or_create(
            gateway=gateway, reference=heard.reference, defaults={"said": said, "reminder": row}
        )
        if not is_new:
            return ""
        with translation.override(_language(row)):
            return _answer(heard, row, said if is_sure else Said.WORDS, says_more=says_more)


def _answer(heard: Heard, row: Reminder | None, said: Said, *, says_more: bool) -> str:
    phone = {"phone": settings.PORTAL_PHONE}
    if said == Said.STOP:
        stop_sms(heard.number)
        text = _("You will get no more SMS from us. To have them again, call %(phone)s.")
        return text % phone
    is_done = said in ANSWERS and row is not None and _is_done(row, ANSWERS[said])
    is_kept = (says_more or not is_done) and _keep(row, heard.text)
    if is_done and said == Said.COMES:
        return _("Thank you! Then we know that you are coming.")
    if is_done:
        text = _("Thank you, then we know. Sign in to see what else is open, or call %(phone)s.")
        return text % phone
    if is_kept:
        text = _("Thank you! Your contact reads your answer. Is it urgent? Call %(phone)s.")
        return text % phone
    return _("We cannot read answers here. Please call %(phone)s.") % phone


def _answered(number: str, said: Said) -> tuple[Reminder | None, bool]:
    """Return the newest message to a number that this may answer, and whether that is sure.

    When two asked at nearly the same time nobody knows which; then a human reads the answer.
    """
    sent = Reminder.objects.filter(
        address__in=signs.numbers(number),
        channel=Channel.SMS,
        status__in=(Status.ACCEPTED, Status.DELIVERED),
        ended_at__gt=Now() - LASTS,
    ).exclude(recipient_kind=RecipientKind.CODE)
    newest = sent.order_by("-ended_at", "-pk")
    if said not in ANSWERS:
        return newest.first(), True
    asking = {code for code, kind in registry.kinds.items() if kind.answer}
    match list(newest.filter(kind__in=asking)[:2]):
        case [one, two] if one.ended_at and two.ended_at and one.ended_at - two.ended_at < TOGETHER:
            return one, False
        case [one, *_older]:
            return one, True
    return newest.first(), True


def _is_done(row: Reminder, answer: Answer) -> bool:
    """Let the subject do what the answer says; it may be too late for that."""
    kind = registry.kinds.get(row.kind)
    if kind is None or kind.answer is None:
        return False
    try:
        kind.answer(row.subject_id, _recipient(row), answer)
    except NotNow:
        return False
    return True


def _keep(row: Reminder | None, text: str) -> bool:
    """Give the words to whoever reads them; return whether there is somebody."""
    keep = registry.words.get(RecipientKind(row.recipient_kind)) if row else None
    return bool(row and keep and text.strip() and keep(row.recipient_id, text.strip()))


def _recipient(row: Reminder) -> Recipient:
    return Recipient(RecipientKind(row.recipient_kind), row.recipient_id)


def _language(row: Reminder | None) -> str:
    if row is None:
        return settings.LANGUAGE_CODE
    found = registry.addresses[RecipientKind(row.recipient_kind)]([row.recipient_id])
    return found[row.recipient_id].language if row.recipient_id in found else settings.LANGUAGE_CODE
