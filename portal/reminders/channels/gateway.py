"""What an SMS gateway is to us: an account from `SMS_URL`, and an adapter that speaks its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.reminders.models import Line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from portal.reminders.channels import Letter, Outcome
    from portal.reminders.models import Status

TAKEN = {200, 201}
AWAY = 503


def line_of(status: int) -> Line:
    """Read how a send was answered: what is no clear yes and no clear no may have gone.

    Whatever stands before a gateway says 500, 502 or 504 also of a message that was kept behind it.
    """
    if status in TAKEN:
        return Line.ACCEPTED
    is_refused = 400 <= status < 500 or status == AWAY  # noqa: PLR2004
    return Line.TRANSIENT if is_refused else Line.UNKNOWN


class NoHistory(Exception):
    """The gateway did not say what it has sent."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of `SMS_URL`."""

    name: str
    adapter: Adapter
    base: str  # without name, password and query
    user: str
    password: str
    sender: str
    code_sender: str
    weight: int = 1

    @property
    def known(self) -> tuple[str, str]:
        return self.user, self.password

    def sender_of(self, letter: Letter) -> str:
        return self.code_sender if letter.is_code else self.sender


@dataclass(frozen=True, slots=True)
class Sent:
    """A message in a gateway's history."""

    reference: str
    at: datetime
    senders: frozenset[str]  # the name or the number, and the service that chose it; none: not told


@dataclass(frozen=True, slots=True)
class Report:
    """A receipt: how a message fares, in the gateway's word and in ours."""

    reference: str
    word: str
    status: Status  # ACCEPTED, DELIVERED or FAILED
    code: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody answered."""

    reference: str
    number: str  # E.164
    text: str


class Adapter(Protocol):
    """The words of one gateway; each is a module."""

    def send(self, account: Account, letter: Letter, callback: str) -> Outcome:
        """Hand a message over; raises what `wire.call` raises."""

    def look_up(self, account: Account, number: str, since: datetime, until: float) -> list[Sent]:
        """Return what was sent to a number since then; raises NoHistory when it is not told.

        By the monotonic clock all its pages are read until then, or it is not told.
        """

    def is_signed(self, account: Account, address: str, told: Told, signature: str) -> bool:
        """Answer whether the gateway itself has signed what was posted, where it signs at all."""

    def read_receipt(self, told: Told) -> Report | None:
        """Read a receipt, or None when it is none."""

    def read_reply(self, told: Told) -> Heard | None:
        """Read what somebody answered, or None when nobody did."""

    def answer(self, text: str) -> tuple[str, str]:
        """Return the kind and the body of our answer to a reply: it goes back as an SMS."""


type Told = Mapping[str, str]
