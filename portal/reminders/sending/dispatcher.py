"""One pass of the dispatcher: claim, judge, call outside every transaction, write the outcome.

Any number may run at once, from beat, from a nudge and from the loop. A crash at any point leaves
a row whose lease runs out.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import DNS_NAME
from django.db import IntegrityError, InterfaceError, OperationalError, connection

from portal.context import Purpose, as_system
from portal.reminders import handing_over
from portal.reminders.channels import Outcome, email, push, sms
from portal.reminders.models import Channel, Line
from portal.reminders.sending import claims, judging, outcomes
from portal.reminders.ways import NEVER_SENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from typing import Literal

    from portal.reminders.channels import Letter
    from portal.reminders.sending.claims import Claim

    type Step = Literal[
        "after_claim", "before_call", "after_call", "before_outcome", "after_outcome"
    ]
    type Calls = dict[Future[Outcome | None], Claim]

log = logging.getLogger(__name__)
MAY_BE_OWED = {"suppressed", "failed", "given_up"}  # then a colleague may have to say it
LISTEN = 0.2  # seconds that calls have for themselves; most have ended by then
MOMENT = 1  # seconds after which it looks again for what is due, though no call has ended
UNWRITTEN = "unwritten"
_looked = {"at": 0.0}  # monotonic: when nothing was last found beside a way that is full
WRITE_FOR = 15  # seconds that an outcome is tried to be written
CHANNELS: dict[Channel, Callable[[Letter], Outcome]] = {
    Channel.EMAIL: email.send,
    Channel.SMS: sms.send,
    Channel.PUSH: push.send,
}
# Where somebody can be asked what became of a call that nobody knows the outcome of.
LOOK_UPS: dict[Channel, Callable[[Letter], Outcome | None]] = {Channel.SMS: sms.look_up}
RESTING: dict[Channel, Callable[[], bool]] = {
    Channel.EMAIL: email.is_resting,
    Channel.SMS: sms.is_resting,
}
SILENT = "silent"  # the code of a call that was not made: the process had been frozen


def step(name: Step) -> None:
    """Say how far a row has come; fault tests put a process here that ends at once."""
    log.debug("reminder %s", name)


def run(*, is_ending: Callable[[], bool] = bool) -> dict[str, int]:
    """Go on until nothing is due, or for eight seconds; return counts.

    New rows are claimed while the calls of others still last, and each way has threads of its own:
    a server that hangs holds up nobody else, also when the time is up and its calls still last.
    When the process is asked to end, the calls in hand are finished and nothing more is claimed.
    """
    counts: Counter[str] = Counter()
    DNS_NAME.get_fqdn()  # remembered: looked up here, it cannot eat up the time of a call
    calls: Calls = {}
    # Threads are started as they are needed: where one way has much to do, no more than before.
    pool = ThreadPoolExecutor(
        len(CHANNELS) * settings.REMINDER_AT_ONCE, thread_name_prefix="reminder"
    )
    try:
        until = time.monotonic() + settings.REMINDER_PASS
        while time.monotonic() < until and not is_ending():
            claimed = _begin(pool, calls, counts)
            if not claimed and not calls:
                break
            _write(calls, counts, 0 if claimed else MOMENT)
        # While the last calls last, whatever hangs shall not hold up the ways that do not.
        until += settings.REMINDER_CALL
        while calls and time.monotonic() < until and not is_ending():
            _begin(pool, calls, counts, most=0)
            _write(calls, counts, MOMENT)
    finally:  # also when the database went away under a claim: these calls have begun
        _finish(calls, counts)
        pool.shutdown(wait=False)
        email.hang_up()
    if counts.keys() & MAY_BE_OWED:
        handing_over.hand_over()
    return dict(counts)


def _begin(
    pool: ThreadPoolExecutor, calls: Calls, counts: Counter[str], most: int | None = None
) -> int:
    """Claim and judge what free threads can send, and begin the calls; return how many rows.

    A way that has more than the `most` in hand is left out: by default half of its threads, since
    judging a few costs as much as judging many.
    """
    held = Counter(claim.channel for claim in calls.values())
    most = settings.REMINDER_AT_ONCE // 2 if most is None else most
    found = _open_channels()
    ways = [one for one in found if held[one] <= most]
    is_beside = len(ways) < len(found)
    if is_beside and time.monotonic() < _looked["at"] + MOMENT:
        return 0  # a look walks past all that is due by the way that is full
    free = settings.REMINDER_AT_ONCE - max((held[one] for one in ways), default=0)
    free = min(free, len(CHANNELS) * settings.REMINDER_AT_ONCE - len(calls))
    if not ways or free <= 0:
        return 0
    began = time.monotonic()
    silent_from = began + settings.REMINDER_LEASE - settings.REMINDER_MARGIN
    with as_system(Purpose.REMINDERS):
        claimed = claims.take(ways, free)
        letters = judging.judge(claimed, counts)
    counts["claimed"] += len(claimed)
    if is_beside and not claimed:
        _looked["at"] = time.monotonic()
    if calls:  # judging took its time: nobody shall know less of those that hang than need be
        _write(calls, counts, 0)
    if letters:
        step("after_claim")
        gateways = {claim.pk: letter.gateway for claim, letter in letters}
        outcomes.begin([claim for claim, _letter in letters], gateways)
    begun = {
        pool.submit(
            _call, claim, letter, silent_from, began + (letter.not_after - claim.at).total_seconds()
        ): claim
        for claim, letter in letters
    }
    calls.update(begun)
    _listen(begun, calls, counts)
    return len(claimed)


def _listen(begun: Calls, calls: Calls, counts: Counter[str]) -> None:
    """Let the calls just begun end, for a moment, before anything else is judged.

    Meanwhile nobody would hear that a message has gone, and it would go again if we died.
    """
    until = time.monotonic() + LISTEN
    while begun.keys() & calls.keys() and (left := until - time.monotonic()) > 0:
        _write(calls, counts, left)


def _open_channels() -> list[Channel]:
    """Return the ways that can be gone now: one whose gateways all rest waits, the others go on."""
    open_now = [one for one in CHANNELS if one not in RESTING or not RESTING[one]()]
    return [*open_now, *NEVER_SENT]


def _call(claim: Claim, letter: Letter, silent_from: float, too_late: float) -> Outcome | None:
    """Send one, unless this process was frozen so long that the row may be somebody else's.

    Nor does one leave when what it is about has begun meanwhile. Always an answer, whatever goes
    wrong, or others would not get theirs; None when there is nothing to write, since an earlier
    call is still in doubt.
    """
    step("before_call")
    not_sent = Outcome(Line.TRANSIENT, SILENT, gateway=letter.gateway)
    if time.monotonic() >= silent_from:
        return None if letter.doubt else not_sent
    outcome = _asked(claim, letter) if letter.doubt else None
    if outcome is None:
        if time.monotonic() >= silent_from:  # the look-up may have been what took so long
            return not_sent
        if time.monotonic() >= too_late:
            return Outcome(Line.TRANSIENT, "too late", gateway=letter.gateway)
        try:
            outcome = CHANNELS[claim.channel](letter)
        except Exception as error:
            outcome = Outcome(Line.UNKNOWN, type(error).__name__[:40], gateway=letter.gateway)
    step("after_call")
    return outcome


def _asked(claim: Claim, letter: Letter) -> Outcome | None:
    """Ask what became of an earlier call; an answer that nobody can read is none."""
    try:
        return LOOK_UPS[claim.channel](letter)
    except Exception as error:
        code = f"{sms.ASKED}{type(error).__name__}"[:40]
        return Outcome(Line.UNKNOWN, code, gateway=letter.gateway)


def _write(calls: Calls, counts: Counter[str], seconds: float) -> None:
    """Write the outcomes of the calls that have ended; wait for the first, but not for ever."""
    done = wait(calls, seconds, FIRST_COMPLETED).done
    ended = [(calls.pop(call), call.result()) for call in done]
    told = [(claim, outcome) for claim, outcome in ended if outcome]
    if len(told) < len(ended):
        counts[SILENT] += len(ended) - len(told)
    accepted = [(claim, outcome) for claim, outcome in told if outcome.line == Line.ACCEPTED]
    if accepted:
        ours = _surely(partial(outcomes.accept, accepted), len(accepted))
        late = 0 if ours is None else len(accepted) - ours
        counts.update([UNWRITTEN if ours is None else "accepted"] * (len(accepted) - late))
        counts.update(["late"] * late)
    for claim, outcome in told:
        if outcome.line != Line.ACCEPTED:
            write = partial(outcomes.write, claim, outcome)
            became = _surely(write, str(outcome.line.lower())) or UNWRITTEN
            counts[SILENT if outcome.code == SILENT else became] += 1
    if gone := [address for _claim, outcome in told for address in outcome.gone]:
        _surely(partial(push.forget, gone), None)


def _finish(calls: Calls, counts: Counter[str]) -> None:
    """Write how the last calls end; what has not come back in time is an unknown outcome."""
    until = time.monotonic() + 2 * settings.REMINDER_CALL
    while calls and (left := until - time.monotonic()) > 0:
        _write(calls, counts, left)


def _surely[T](write: Callable[[], T], stands: T) -> T | None:
    """Write, also when the database goes away for a moment; return what was written, or None."""
    step("before_outcome")
    until = time.monotonic() + WRITE_FOR
    while True:
        try:
            written = write()
        except IntegrityError:  # it stood already: only the database's answer was lost
            written = stands
        except (OperationalError, InterfaceError) as error:
            log.warning("outcome not written yet: %s", type(error).__name__)
            if time.monotonic() > until:
                return None
            connection.close()
            time.sleep(0.2)
            continue
        except Exception as error:
            # without the traceback: what a query says of its error quotes values
            log.error("outcome not written: %s", type(error).__name__)  # noqa: TRY400
            return None
        step("after_outcome")
        return written
