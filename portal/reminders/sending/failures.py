"""One log line for each call that did not end well: what and by which way, never to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from portal.reminders.channels import Outcome
    from portal.reminders.sending.claims import Claim

logger = structlog.get_logger(__name__)


def tell(claim: Claim, outcome: Outcome) -> None:
    """Write the line; the name of the reminder finds its row, and is its Message-ID."""
    logger.warning(
        "reminder_failed",
        kind=claim.kind,
        channel=str(claim.channel),
        gateway=str(getattr(outcome, "gateway", "")),
        line=str(outcome.line),
        code=outcome.code,
        reminder=str(claim.public_id),
    )
