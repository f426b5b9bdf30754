"""Twilio: https://www.twilio.com/docs/messaging/api/message-resource.

Without its package, which brings another HTTP client and every product they sell: we send one
form, read two, and check a signature of three lines.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.utils.html import escape

from portal.reminders.channels import Outcome, wire
from portal.reminders.channels.gateway import Heard, NoHistory, Report, Sent, line_of
from portal.reminders.models import Line, Status

if TYPE_CHECKING:
    from datetime import datetime

    from portal.reminders.channels import Letter
    from portal.reminders.channels.gateway import Account, Told

OK = 200
PAGE, PAGES = 100, 5
# Of their errors those that say: this number takes no SMS. Every other is about our own account.
NO_SUCH_NUMBER = {21211, 21214, 21217, 21265, 21610, 21612, 21614, 21635}
WORDS = {
    "accepted": Status.ACCEPTED,
    "queued": Status.ACCEPTED,
    "sending": Status.ACCEPTED,
    "sent": Status.ACCEPTED,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}


def send(account: Account, letter: Letter, callback: str) -> Outcome:
    sender = account.sender_of(letter)
    told = {"To": letter.address.phone, "Body": letter.message.short}
    told["MessagingServiceSid" if sender.startswith("MG") else "From"] = sender
    if callback:
        told["StatusCallback"] = callback
    answer = wire.call("POST", _messages(account), known=account.known, told=told)
    fields = answer.told()
    error = fields.get("code")
    line = Line.PERMANENT if error in NO_SUCH_NUMBER else line_of(answer.status)
    code = f"{answer.status} {error or ''}".strip()[:40]
    return Outcome(line, code, reference=str(fields.get("sid", ""))[:64])


def look_up(account: Account, number: str, since: datetime, until: float) -> list[Sent]:
    """Read the history of a number, the newest first, as far back as that moment.

    Not asked for by day of sending, as it could be: what still waits there has no such day.
    """
    address, asked = _messages(account), {"To": number, "PageSize": str(PAGE)}
    found: list[Sent] = []
    for _page in range(PAGES):
        answer = wire.call("GET", address, known=account.known, asked=asked or None, until=until)
        told = answer.told()
        if answer.status != OK or not isinstance(told.get("messages"), list):
            raise NoHistory(str(answer.status))
        some = [_sent(one) for one in told["messages"] if one.get("direction") == "outbound-api"]
        found += [one for one in some if one.at >= since]
        if not told.get("next_page_uri") or any(one.at < since for one in some):
            return found
        address, asked = urljoin(account.base, told["next_page_uri"]), {}
    raise NoHistory


def _sent(one: dict[str, Any]) -> Sent:
    at = parsedate_to_datetime(one["date_created"])
    senders = (one.get("from"), one.get("messaging_service_sid"))
    return Sent(one["sid"], at, frozenset(filter(None, senders)))


def _messages(account: Account) -> str:
    return f"{account.base}/Accounts/{account.user}/Messages.json"


def is_signed(account: Account, address: str, told: Told, signature: str) -> bool:
    """Answer whether this address and these fields were signed with our token."""
    text = address + "".join(name + told[name] for name in sorted(told))
    made = hmac.digest(account.password.encode(), text.encode(), hashlib.sha1)
    return hmac.compare_digest(b64encode(made), signature.encode())


def read_receipt(told: Told) -> Report | None:
    reference, word = told.get("MessageSid", ""), told.get("MessageStatus", "")
    if not reference or word not in WORDS:
        return None
    return Report(reference[:64], word, WORDS[word], told.get("ErrorCode", "")[:40])


def read_reply(told: Told) -> Heard | None:
    reference, number = told.get("MessageSid", ""), told.get("From", "")
    return Heard(reference[:64], number, told.get("Body", "")) if reference and number else None


def answer(text: str) -> tuple[str, str]:
    said = f"<Message>{escape(text)}</Message>" if text else ""
    kind = "text/xml; charset=utf-8"
    return kind, f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
