"""The ways a message goes. Each sends one, and says how that ended; none touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from portal.reminders.kinds import Address, Message
    from portal.reminders.models import Line


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way; `public_id` is the same however often it is sent."""

    public_id: UUID
    address: Address
    message: Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended, and the server's number or the name of our error: never its words."""

    line: Line
    code: str = ""
