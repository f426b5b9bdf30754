"""E-mail over SMTP, class *repeat*: an unknown outcome is sent once more, with one Message-ID.

What matters is whether the server has been given the whole message. Before that, a failure is
known to be one; after it, silence may mean that the message has gone.
"""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from email.utils import formataddr, parseaddr
from threading import Timer
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend
from django.utils import translation
from django.utils.translation import gettext as _

from portal.reminders.channels import Outcome
from portal.reminders.models import Line

if TYPE_CHECKING:
    from portal.reminders.channels import Letter

MAILER = "reminders"
OK = 250
NOT_NOW = 400  # from here on an answer says no
FOR_GOOD = 500  # from here on a server will not change its mind


class Backend(EmailBackend):
    """Django's own, with a wire that remembers how far it came, and an end to the whole call."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.wire: Wire | None = None
        self.is_cut = False
        self.is_handed_over = False
        self.is_accepted = False

    @property
    def connection_class(self) -> Any:  # Django calls it with host, port and options
        return self._dial

    def _dial(self, *args: Any, **options: Any) -> Wire:
        return (SecureWire if self.use_ssl else Wire)(*args, backend=self, **options)

    def cut(self) -> None:
        """End a call that has lasted too long: whatever waits for the server, waits no more."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(self.wire.sock, socket.SHUT_RDWR)  # type: ignore[union-attr, arg-type]


class Wire(smtplib.SMTP):
    """An SMTP connection that tells its backend how far the message came."""

    def __init__(self, *args: Any, backend: Backend, **options: Any) -> None:
        self.backend = backend
        backend.wire = self
        super().__init__(*args, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, settings.REMINDER_CONNECT)  # type: ignore[misc]
        line.settimeout(timeout)
        return line

    def data(self, msg: Any) -> tuple[int, bytes]:
        if self.backend.is_cut:
            raise TimeoutError
        self.backend.is_handed_over = True
        code, answer = super().data(msg)
        self.backend.is_accepted = code == OK
        return code, answer


class SecureWire(Wire, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def send(letter: Letter) -> Outcome:
    """Send one message; always an answer, within ten seconds, and never an exception."""
    backend = mailers[MAILER]
    clock = Timer(settings.REMINDER_CALL, getattr(backend, "cut", lambda: None))
    clock.daemon = True
    clock.start()
    try:
        if not backend.send_messages([_mail(letter)]):
            return Outcome(Line.PERMANENT, "nobody")
    except Exception as error:
        return _failure(error, backend)
    finally:
        clock.cancel()
    return Outcome(Line.ACCEPTED, str(OK))


def _failure(error: Exception, backend: object) -> Outcome:
    """Read from an error what has happened to the message."""
    if getattr(backend, "is_accepted", False):  # only the goodbye failed
        return Outcome(Line.ACCEPTED, str(OK))
    is_open = getattr(backend, "is_handed_over", True)
    line, code = Line.UNKNOWN if is_open else Line.TRANSIENT, type(error).__name__[:40]
    match error:
        case smtplib.SMTPRecipientsRefused():
            number = max(number for number, _answer in error.recipients.values())
            line, code = _refusal(number), str(number)
        case smtplib.SMTPDataError():  # below 400 it is an answer that was cut in the middle
            number = int(error.smtp_code)
            line, code = _refusal(number) if number >= NOT_NOW else line, str(number)
        case smtplib.SMTPResponseException():  # our name or our password: nothing of the recipient
            line, code = Line.TRANSIENT, str(error.smtp_code)
        case ValueError() if not isinstance(error, OSError):  # an address that nobody could read
            line = Line.PERMANENT
    return Outcome(line, code)


def _refusal(number: int) -> Line:
    return Line.PERMANENT if number >= FOR_GOOD else Line.TRANSIENT


def _mail(letter: Letter) -> EmailMessage:
    """Return the mail: from nobody in particular, in plain text, the same each time."""
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(letter.address.language):
        name = letter.message.sender or _("Reminder")
    return EmailMessage(
        letter.message.subject,
        letter.message.text,
        formataddr((name, sender)),
        [letter.address.email],
        headers={
            "Message-ID": f"<{letter.public_id}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
