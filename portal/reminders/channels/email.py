"""E-mail over SMTP, class *repeat*: an unknown outcome is sent once more, with one Message-ID.

What matters is whether the server has been given the whole message. Before that, a failure is
known to be one; after it, silence may mean that the message has gone.
"""

from __future__ import annotations

import re
import smtplib
import time
from contextlib import suppress
from email.charset import QP, Charset
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.utils import timezone, translation
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from portal.reminders.channels import Outcome
from portal.reminders.channels.health import Health
from portal.reminders.channels.smtp import OK, Backend
from portal.reminders.models import Line

if TYPE_CHECKING:
    from email.message import Message

    from portal.reminders.channels import Letter

MAILER = "reminders"
NOT_NOW = 400  # from here on an answer says no
FOR_GOOD = 500  # from here on a server will not change its mind
# A mailbox is full, or somebody's rules say no to us or to the letter: the address may be right.
# Where a server says more than a number (RFC 3463), 5.1 and 5.2.1 are about the address.
PASSES = {552, 554}
SAYS_MORE = re.compile(rb"5\.(?P<what>\d+\.\d+)\b")
OF_ADDRESS = re.compile(rb"1\.\d+|2\.1")
HUNG_UP = ("SMTPServerDisconnected", "421")  # before it had the message: it grew tired of waiting
KEEP = 5  # seconds that a line may lie idle between two letters
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP  # so that somebody may read it as it goes by
AS_SENT = compat32.clone(linesep="\r\n", mangle_from_=False)


class Mail(EmailMessage):
    """Django's, put together from its few headers without reading each of them again."""

    def message(self, **_options: object) -> Message:  # type: ignore[override]
        made = MIMEText(str(self.body), _charset=UTF_8, policy=AS_SENT)  # type: ignore[arg-type]
        name, _at, domain = self.to[0].rpartition("@")
        made["Subject"] = Header(str(self.subject)).encode()
        made["From"] = self.from_email
        made["To"] = f"{name}@{punycode(domain)}"
        made["Date"] = format_datetime(timezone.now())
        for name, words in self.extra_headers.items():
            made[name] = words
        return made


_idle: list[Backend] = []  # lines that wait for their next letter, used last first
_health = Health()


def is_resting() -> bool:
    """Answer whether the server has failed so often that it is left alone for a while."""
    return _health.is_resting


def send(letter: Letter) -> Outcome:
    """Send one message; always an answer, within ten seconds, and never an exception."""
    outcome = _over_a_line(letter)
    _health.note(is_well=outcome.line in {Line.ACCEPTED, Line.PERMANENT} or _is_answer(outcome))
    return outcome


def _is_answer(outcome: Outcome) -> bool:
    """Answer whether the server itself has spoken, whatever it said."""
    is_number = outcome.code.isdecimal() and outcome.code not in HUNG_UP
    return is_number and int(outcome.code) < FOR_GOOD  # from there on: our name, or our password


def _over_a_line(letter: Letter) -> Outcome:
    try:
        mail = _mail(letter)
    except Exception as error:  # nothing has left
        return Outcome(Line.TRANSIENT, type(error).__name__[:40])
    until = time.monotonic() + settings.REMINDER_CALL  # for all lines together
    while backend := _kept():
        outcome = _send(mail, backend, until)
        is_over = outcome.line != Line.TRANSIENT or outcome.code not in HUNG_UP
        if is_over or time.monotonic() >= until:
            return outcome
    return _send(mail, mailers[MAILER], until)


def hang_up() -> None:
    """Let go of the lines that are kept from letter to letter, when there are no more letters."""
    while _idle:
        _idle.pop().hang_up()


def _kept() -> Backend | None:
    """Return a line on which another letter has just gone, if there is one."""
    with suppress(IndexError):  # of several threads each takes another
        while backend := _idle.pop():
            wire: Any = backend.connection
            if time.monotonic() < backend.began + KEEP and wire.is_quiet():
                return backend
            backend.hang_up()
    return None


def _send(mail: Mail, backend: Any, until: float) -> Outcome:
    """Send it over a line, and keep the line if all went well."""
    if isinstance(backend, Backend):
        backend.begin(until)
    try:
        backend.open()
        is_sent = backend.send_messages([mail])
        outcome = Outcome(Line.ACCEPTED, str(OK)) if is_sent else Outcome(Line.PERMANENT, "nobody")
    except Exception as error:
        outcome = _failure(error, backend)
    if isinstance(backend, Backend):
        if outcome.line == Line.ACCEPTED:
            _idle.append(backend)
        else:
            backend.hang_up()
    return outcome


def _failure(error: Exception, backend: object) -> Outcome:
    """Read from an error what has happened to the message."""
    if getattr(backend, "is_accepted", False):  # only the goodbye failed
        return Outcome(Line.ACCEPTED, str(OK))
    is_open = getattr(backend, "is_handed_over", True)
    line, code = Line.UNKNOWN if is_open else Line.TRANSIENT, type(error).__name__[:40]
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refusal(*max(error.recipients.values()))
        case smtplib.SMTPDataError() if error.smtp_code >= NOT_NOW:
            return _refusal(error.smtp_code, error.smtp_error)
        case smtplib.SMTPDataError():  # an answer that was cut in the middle
            code = str(error.smtp_code)
        case smtplib.SMTPResponseException():  # our name or our password: nothing of the recipient
            line, code = Line.TRANSIENT, str(error.smtp_code)
        case ValueError() if not isinstance(error, OSError):  # an address that nobody could read
            line = Line.PERMANENT
    return Outcome(line, code)


def _refusal(number: int, words: bytes | str) -> Outcome:
    """Read from an answer that says no whether it is for good, and whether of the address."""
    line = Line.PERMANENT if number >= FOR_GOOD else Line.TRANSIENT
    more = SAYS_MORE.match(words) if isinstance(words, bytes) else None
    is_of_address = bool(OF_ADDRESS.fullmatch(more["what"])) if more else number not in PASSES
    return Outcome(line, str(number), is_of_address=is_of_address)


def _mail(letter: Letter) -> Mail:
    """Return the mail: from nobody in particular, in plain text, the same each time."""
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(letter.address.language):
        name = letter.message.sender or _("Reminder")
    return Mail(
        letter.message.subject,
        letter.message.text,
        formataddr((name, sender)),
        [letter.address.email],
        headers={
            "Message-ID": f"<{letter.public_id}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
