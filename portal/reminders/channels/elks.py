"""46elks: https://46elks.com/docs. It signs nothing: the address it posts to carries our sign."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from portal.reminders.channels import Outcome, wire
from portal.reminders.channels.gateway import Heard, NoHistory, Report, Sent, line_of
from portal.reminders.models import Line, Status

if TYPE_CHECKING:
    from portal.reminders.channels import Letter
    from portal.reminders.channels.gateway import Account, Told

OK, BAD_REQUEST = 200, 400
OUR_NAME = b"from"  # in their words about what is wrong: the sender, not the number
PAGE, PAGES = 100, 5
WORDS = {
    "created": Status.ACCEPTED,
    "sent": Status.ACCEPTED,
    "delivered": Status.DELIVERED,
    "failed": Status.FAILED,
}


def send(account: Account, letter: Letter, callback: str) -> Outcome:
    """Hand a message over; what it says is kept by nobody there."""
    told = {
        "from": account.sender_of(letter),
        "to": letter.address.phone,
        "message": letter.message.short,
        "dontlog": "message",
    }
    if callback:
        told["whendelivered"] = callback
    answer = wire.call("POST", f"{account.base}/sms", known=account.known, told=told)
    reference = str(answer.told().get("id", ""))[:64]
    # A number nobody has is for good; our own account, our name or their trouble is not.
    is_number = answer.status == BAD_REQUEST and OUR_NAME not in answer.body.lower()
    line = Line.PERMANENT if is_number else line_of(answer.status)
    return Outcome(line, str(answer.status), reference=reference)


def look_up(account: Account, number: str, since: datetime, until: float) -> list[Sent]:
    """Read the history of a number, the newest first, page by page."""
    moment = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    asked = {"to": number, "end": moment, "limit": str(PAGE)}
    found: list[Sent] = []
    for _page in range(PAGES):
        address = f"{account.base}/sms"
        answer = wire.call("GET", address, known=account.known, asked=asked, until=until)
        told = answer.told()
        if answer.status != OK or not isinstance(told.get("data"), list):
            raise NoHistory(str(answer.status))
        found += [_sent(one) for one in told["data"] if one.get("direction") == "outgoing"]
        if not told.get("next"):
            return found
        asked["start"] = told["next"]
    raise NoHistory


def _sent(one: dict[str, str]) -> Sent:
    at = datetime.fromisoformat(one["created"]).replace(tzinfo=UTC)
    return Sent(one["id"], at, frozenset({one["from"]}))


def is_signed(_account: Account, _address: str, _told: Told, _signature: str) -> bool:
    """Answer yes: the address itself has been checked, and there is nothing more to check."""
    return True


def read_receipt(told: Told) -> Report | None:
    reference, word = told.get("id", ""), told.get("status", "")
    if not reference or word not in WORDS:
        return None
    return Report(reference[:64], word, WORDS[word])


def read_reply(told: Told) -> Heard | None:
    reference, number = told.get("id", ""), told.get("from", "")
    if not reference or not number or told.get("direction", "incoming") != "incoming":
        return None
    return Heard(reference[:64], number, told.get("message", ""))


def answer(text: str) -> tuple[str, str]:
    return "text/plain; charset=utf-8", text
