"""A line to a mail server that knows how far a letter came, and ends when its time is up."""

from __future__ import annotations

import io
import smtplib
import ssl
import time
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

OK = 250
AT_THE_DOOR = 0.1  # seconds that a letter waits for others to be handed over
_doors = BoundedSemaphore(settings.REMINDER_AT_ONCE // 4)


class Backend(EmailBackend):
    """Django's own, with a wire that remembers how far it came, and an end to the whole call."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.begin(time.monotonic() + settings.REMINDER_CALL)

    def begin(self, until: float) -> None:
        """Take on a letter: on a new line, or on one that has carried others."""
        self.began, self.until = time.monotonic(), until
        self.is_handed_over = self.is_accepted = False

    @property
    def left(self) -> float:
        """Return the seconds that are left of the call; a socket wants more than none."""
        return max(self.until - time.monotonic(), 0.001)

    @property
    def connection_class(self) -> Any:  # Django calls it with host, port and options
        return self._dial

    def _dial(self, *args: Any, **options: Any) -> Wire:
        return (SecureWire if self.use_ssl else Wire)(*args, backend=self, **options)

    def hang_up(self) -> None:
        """Say goodbye without waiting for an answer."""
        for wire in (self.connection, self._partial_connection):  # type: ignore[attr-defined]
            if wire:
                with suppress(OSError, smtplib.SMTPException):
                    wire.putcmd("quit")
                wire.close()


class Wire(smtplib.SMTP):
    """An SMTP connection that tells its backend how far the message came."""

    def __init__(self, *args: Any, backend: Backend, **options: Any) -> None:
        self.backend = backend
        super().__init__(*args, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connect = min(settings.REMINDER_CONNECT, timeout, self.backend.left)
        line: socket.socket = super()._get_socket(host, port, connect)  # type: ignore[misc]
        return line

    def send(self, s: Any) -> None:
        if self.sock:
            self.sock.settimeout(self.backend.left)
        if isinstance(s, bytes):  # a word is text: this is a letter, to its last dot
            self.backend.is_handed_over = True
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.ear = Ear(self.sock, self.backend)
            self.file = io.BufferedReader(self.ear)
        self.ear.waits = True
        return super().getreply()

    def is_quiet(self) -> bool:
        """Answer whether nothing has come since the last answer: who says a thing twice is out
        of step, and its next word would be taken for the answer to ours.
        """
        self.ear.waits = False
        try:
            return not self.file or not self.file.peek(1)
        except OSError:  # it has hung up in the meantime, and not said goodbye
            return False

    def data(self, msg: Any) -> tuple[int, bytes]:
        if time.monotonic() > self.backend.until:
            raise TimeoutError
        with _handing_over():
            code, answer = super().data(msg)
        self.backend.is_accepted = code == OK
        return code, answer


@contextmanager
def _handing_over() -> Iterator[None]:
    """Let a few at a time be handed over: when every line breaks at once, those are in doubt.

    Never for long: some of the few may hang.
    """
    is_ours = _doors.acquire(timeout=AT_THE_DOOR)
    try:
        yield
    finally:
        if is_ours:
            _doors.release()


class SecureWire(Wire, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class Ear(io.RawIOBase):
    """What the server says; one that says a letter at a time gets no more time for it."""

    def __init__(self, sock: socket.socket, backend: Backend) -> None:
        self.sock, self.backend = sock, backend
        self.waits = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(self.backend.left if self.waits else 0)
        try:
            return self.sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None  # nothing yet
