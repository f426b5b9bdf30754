"""One call over HTTP, with an end to the whole of it, that knows whether it was handed over.

A line of its own for each call: on one that is kept open, a gateway that hangs up between two
messages leaves behind an outcome that nobody knows.
"""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Timer
from typing import TYPE_CHECKING, Any

import httpx
from django.conf import settings

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

LARGEST = 1_000_000  # bytes of an answer: a page of history has a tenth of that


class NotSent(Exception):
    """Nothing was handed over; the argument is the name of the error."""


class NoAnswer(Exception):
    """It was handed over, and nobody knows what became of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and what came with it as far as it came."""

    status: int
    body: bytes

    def told(self) -> dict[str, Any]:
        """Return the fields of the answer; none when it is no JSON, or was cut off."""
        with suppress(ValueError):
            told = json.loads(self.body)
            if isinstance(told, dict):
                return told
        return {}


class Call:
    """How far a call has come, as httpx tells it, and the way to end it."""

    def __init__(self) -> None:
        self.is_sent = self.is_cut = False
        self.line: socket.socket | None = None

    def trace(self, event: str, info: dict[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self.line = info["return_value"].get_extra_info("socket")
        elif event.endswith("send_request_headers.started"):
            if self.is_cut:
                raise TimeoutError
            self.is_sent = True

    def cut(self) -> None:
        """End a call that has lasted too long: whatever waits for the server, waits no more."""
        self.is_cut = True
        with suppress(OSError, TypeError):
            socket.socket.shutdown(self.line, socket.SHUT_RDWR)  # type: ignore[arg-type]


def call(
    method: str,
    address: str,
    *,
    known: tuple[str, str] | None = None,
    told: Mapping[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    until: float | None = None,
) -> Answer:
    """Make a call, with name and password if need be; never follows to another address.

    It ends after the time that every call has, or when it is one of several, after theirs.
    """
    certificates = _certificates()  # the first time it takes a while, which is none of the call's
    seconds = settings.REMINDER_CALL if until is None else max(0.0, until - time.monotonic())
    one = Call()
    clock = Timer(seconds, one.cut)
    clock.daemon = True
    clock.start()
    limits = httpx.Timeout(seconds, connect=min(settings.REMINDER_CONNECT, seconds))
    ask = {"data": told, "params": asked, "headers": headers, "extensions": {"trace": one.trace}}
    try:
        with (
            httpx.Client(timeout=limits, auth=known, trust_env=False, verify=certificates) as line,
            line.stream(method, address, **ask) as answer,  # type: ignore[arg-type]
        ):
            return Answer(answer.status_code, _read(answer))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        how = NoAnswer if one.is_sent else NotSent
        raise how(type(error).__name__[:40]) from None
    finally:
        clock.cancel()


def _read(answer: httpx.Response) -> bytes:
    """Read what comes: the status is what counts, and it has come."""
    read = b""
    with suppress(httpx.HTTPError, OSError):
        for some in answer.iter_bytes():
            read += some
            if len(read) > LARGEST:
                break
    return read


@cache
def _certificates() -> ssl.SSLContext:
    """Read them once: for each call anew it would take longer than the call."""
    return httpx.create_ssl_context()
