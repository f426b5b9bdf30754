"""A code by e-mail or SMS: a row in the outbox, so that it leaves with the broker away.

The code and its address are sealed, and wiped by a trigger when the row in the outbox has ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import crypto
from portal.models import CodeMessage
from portal.reminders import kinds, planning
from portal.reminders.kinds import Address, Due, Message, Recipient, ReminderKind
from portal.reminders.models import Channel, Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

CONTEXT = "sign-in code"
KEPT = timedelta(days=7)  # what became of it is in the outbox; the address is wiped already


@transaction.atomic
def send(*, code: str, email: str = "", phone: str = "", is_known: bool = True) -> None:
    """Put a code in the outbox. For an address that nobody has, do the same and send nothing."""
    held = json.dumps({"code": code, "email": email, "phone": phone} if is_known else {})
    message = CodeMessage.objects.create(sealed=crypto.seal(held, context=CONTEXT))
    planning.plan(CODE, [message.pk], channel=Channel.SMS if phone else Channel.EMAIL)


def purge() -> int:
    """Delete what remains of old codes; return how many."""
    deleted, _each = CodeMessage.objects.filter(
        created_at__lt=planning.database_time() - KEPT
    ).delete()
    return deleted


def _opened(ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return code and address of those that have one; a code for nobody is empty."""
    held = CodeMessage.objects.filter(pk__in=ids).exclude(sealed=None).values_list("pk", "sealed")
    opened = {
        pk: json.loads(crypto.unseal(bytes(sealed), context=CONTEXT))
        for pk, sealed in held
        if sealed is not None
    }
    return {pk: one for pk, one in opened.items() if one}


@dataclass(frozen=True, slots=True)
class DueCode(Due):
    """When a code is due, and the code: opened for the letter, and kept nowhere."""

    code: str = field(default="", repr=False)


def _due(ids: Collection[int]) -> dict[int, Due]:
    """At once, and only while the code works. One for nobody is due as well, and has no address."""
    lasts = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    rows = CodeMessage.objects.filter(pk__in=ids).values_list("pk", "created_at")
    opened = _opened(ids)
    return {
        pk: DueCode(created_at, created_at + lasts, code=opened.get(pk, {}).get("code", ""))
        for pk, created_at in rows
    }


def _recipients(ids: Collection[int]) -> dict[int, list[Recipient]]:
    return {pk: [Recipient(RecipientKind.CODE, pk)] for pk in ids}


def _addresses(ids: Collection[int]) -> dict[int, Address]:
    return {pk: Address(one["email"], phone=one["phone"]) for pk, one in _opened(ids).items()}


def _sample(due: Due, _recipient: Recipient) -> Iterable[Due]:
    return (DueCode(due.at, due.not_after, code="123456"),)


def _text(due: Due, _recipient: Recipient) -> Message:
    code = due.code if isinstance(due, DueCode) else ""
    text = _("Your code is %(code)s. It works for three minutes. Never tell it to anybody.")
    return Message(_("Your code"), text % {"code": code}, sender=_("En väg in"))


CODE = ReminderKind(
    code="code",
    name=gettext_lazy("Code to sign in"),
    to=(RecipientKind.CODE,),
    sample=_sample,
    due=_due,
    recipients=_recipients,
    text=_text,
    soon=lambda _today: (),
    still_valid=set,
    priority=Priority.NOW,
    rests=False,
)


def declare() -> None:
    """Make the kind and its addresses known; from `AppConfig.ready()`."""
    kinds.register(CODE)
    kinds.register_recipients(RecipientKind.CODE, _addresses)
