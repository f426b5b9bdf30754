"""SMS through 46elks, over httpx: `SMS_URL=https://user:password@api.46elks.com/a1?from=Name`.

What matters is whether the gateway can have been given the message. Before that, a failure is
known to be one; a call that was sent and got no answer may have been a message that has gone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from django.conf import settings

from portal.reminders.channels import Outcome
from portal.reminders.models import Line

if TYPE_CHECKING:
    from portal.reminders.channels import Letter

SENDER = "EnVagIn"  # at most eleven letters, and neither place nor errand
OK, BAD_REQUEST = 200, 400
LARGEST = 20_000  # bytes of an answer; theirs has five hundred
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.UnsupportedProtocol,
    httpx.PoolTimeout,
)


def send(letter: Letter) -> Outcome:
    """Send one message; always an answer, and never an exception."""
    if not settings.SMS_URL:
        return Outcome(Line.PERMANENT, "no gateway")
    if not letter.address.phone:
        return Outcome(Line.PERMANENT, "no number")
    try:
        status = _post(letter)
    except NEVER_SENT as error:
        return Outcome(Line.TRANSIENT, type(error).__name__[:40])
    except httpx.HTTPError as error:
        return Outcome(Line.UNKNOWN, type(error).__name__[:40])
    return Outcome(_line(status), str(status))


def _post(letter: Letter) -> int:
    """Hand the message over; return the status of the answer, within ten seconds in all."""
    parts = urlsplit(settings.SMS_URL)
    port = f":{parts.port}" if parts.port else ""
    address = f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}/sms"
    told = {
        "from": parse_qs(parts.query).get("from", [SENDER])[0],
        "to": letter.address.phone,
        "message": letter.message.text,
    }
    until = time.monotonic() + settings.REMINDER_CALL
    limits = httpx.Timeout(settings.REMINDER_CALL, connect=settings.REMINDER_CONNECT)
    known = (unquote(parts.username or ""), unquote(parts.password or ""))
    with (
        httpx.Client(timeout=limits, auth=known, trust_env=False) as line,
        line.stream("POST", address, data=told) as answer,
    ):
        read = 0
        for some in answer.iter_raw():
            read += len(some)
            if read > LARGEST or time.monotonic() > until:
                break  # the status is what counts, and it has come
        return answer.status_code


def _line(status: int) -> Line:
    """Read a status: a number nobody has is for good, our own account or their trouble is not."""
    if status == OK:
        return Line.ACCEPTED
    return Line.PERMANENT if status == BAD_REQUEST else Line.TRANSIENT
