"""One pass of the dispatcher: claim, judge, call outside every transaction, write the outcome.

Any number may run at once, from beat, from a nudge and from the loop. A crash at any point leaves
a row whose lease runs out.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import DNS_NAME
from django.db import IntegrityError, InterfaceError, OperationalError, connection

from portal.context import Purpose, as_system
from portal.reminders import claims, judging, outcomes
from portal.reminders.channels import email, sms
from portal.reminders.models import Channel

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from portal.reminders.channels import Letter, Outcome
    from portal.reminders.claims import Claim

    type Step = Literal[
        "after_claim", "before_call", "after_call", "before_outcome", "after_outcome"
    ]

log = logging.getLogger(__name__)
WRITE_FOR = 15  # seconds that an outcome is tried to be written
CHANNELS: dict[Channel, Callable[[Letter], Outcome]] = {
    Channel.EMAIL: email.send,
    Channel.SMS: sms.send,
}


def step(name: Step) -> None:
    """Say how far a row has come; fault tests put a process here that ends at once."""
    log.debug("reminder %s", name)


def run(*, is_ending: Callable[[], bool] = bool) -> dict[str, int]:
    """Go on until nothing is due, with no new claim after eight seconds; return counts.

    When the process is asked to end, the calls in hand are finished and nothing more is claimed.
    """
    counts: Counter[str] = Counter()
    DNS_NAME.get_fqdn()  # remembered: looked up here, it cannot eat up the time of a call
    until = time.monotonic() + settings.REMINDER_PASS
    pool = ThreadPoolExecutor(settings.REMINDER_AT_ONCE, thread_name_prefix="reminder")
    try:
        while time.monotonic() < until and not is_ending() and _one_batch(pool, counts):
            pass
    finally:
        pool.shutdown(wait=False)
    return dict(counts)


def _one_batch(pool: ThreadPoolExecutor, counts: Counter[str]) -> bool:
    """Claim, judge, call and write for up to sixteen rows; return whether there were any."""
    silent_from = time.monotonic() + settings.REMINDER_LEASE - settings.REMINDER_MARGIN
    with as_system(Purpose.REMINDERS):
        claimed = claims.take(CHANNELS)
        letters = judging.judge(claimed, counts)
    counts["claimed"] += len(claimed)
    if letters:
        step("after_claim")
        outcomes.begin(claim for claim, _letter in letters)
        calls = {
            pool.submit(partial(_call, claim, letter, silent_from)): claim
            for claim, letter in letters
        }
        with suppress(TimeoutError):  # what has not come back by then is an unknown outcome
            for call in as_completed(calls, timeout=2 * settings.REMINDER_CALL):
                counts[_write(calls[call], call.result())] += 1
    return bool(claimed)


def _call(claim: Claim, letter: Letter, silent_from: float) -> Outcome | None:
    """Send one, unless this process was frozen so long that the row may be somebody else's."""
    step("before_call")
    if time.monotonic() >= silent_from:
        return None
    outcome = CHANNELS[claim.channel](letter)
    step("after_call")
    return outcome


def _write(claim: Claim, outcome: Outcome | None) -> str:
    """Write an outcome, also when the database goes away for a moment; return what to count."""
    if outcome is None:
        return "silent"
    step("before_outcome")
    until = time.monotonic() + WRITE_FOR
    while True:
        try:
            written = outcomes.write(claim, outcome)
        except IntegrityError:  # it stood already: only the database's answer was lost
            written = str(outcome.line.lower())
        except (OperationalError, InterfaceError) as error:
            log.warning("outcome not written yet: %s", type(error).__name__)
            if time.monotonic() > until:
                return "unwritten"
            connection.close()
            time.sleep(0.2)
            continue
        step("after_outcome")
        return written
