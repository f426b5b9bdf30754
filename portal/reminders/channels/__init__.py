"""The ways a message goes. Each sends one, and says how that ended; none touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from portal.reminders.kinds import Address, Message
    from portal.reminders.models import Line


@dataclass(frozen=True, slots=True)
class Doubt:
    """An earlier call whose outcome nobody knows: who may have been given the message, and when."""

    gateway: str
    since: datetime  # by our database's clock
    known: frozenset[str] = (
        frozenset()
    )  # what that gateway calls the messages that are not this one
    is_blind: bool = False  # nobody can say: it is sent once more, and counted
    is_elsewhere: bool = False  # what the number they have was sent is no answer


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way; `public_id` is the same however often it is sent."""

    public_id: UUID
    address: Address
    message: Message
    not_after: datetime  # from here on it is worse to say it than to keep silent
    token: UUID | None = None  # of the lease: names this one attempt
    gateway: str = ""
    is_code: bool = False  # has a sender of its own, so that nobody takes it for a reminder
    doubt: Doubt | None = None
    is_put_off: bool = False  # not to be sent now: only asked about

    @property
    def is_blind(self) -> bool:
        """Whether it is sent though it may have gone, and nobody could say."""
        return self.doubt is not None and self.doubt.is_blind and not self.is_put_off


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended, and the server's number or the name of our error: never its words."""

    line: Line
    code: str = ""
    gone: tuple[str, ...] = ()  # addresses that will never work again
    gateway: str = ""
    reference: str = ""  # the gateway's own name of the message
    is_of_address: bool = True  # refused because nobody has it, and not for a reason that passes
