"""The demo's mail goes through real SMTP to files that the mail page can read."""

import email
import email.policy
import smtplib
import socket
import sys
from email.message import EmailMessage

import pytest

from portal.processes import Children


@pytest.fixture
def catcher(tmp_path):
    """A mail catcher in a process of its own; where to send, and where it keeps things."""
    with Children() as children, socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "portal.demo.catcher", str(listening.fileno()), tmp_path]
        fds = [listening.fileno()]
        children.start("The mail catcher", command, log=tmp_path / "log", pass_fds=fds)
        yield listening.getsockname()[1], tmp_path


def test_robin_gets_mail_with_swedish_letters(catcher):
    port, mailbox = catcher
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "I morgon", "En väg in <a@b.se>", "r@b.se"
    letter.set_content("Hej Robin! Vi ses på Örat kl. 10.")
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.send_message(letter, to_addrs=["robin@example.org", "samira@example.org"])
        assert [path.suffix for path in mailbox.glob("*.eml")] == [".eml"]  # kept before the answer
    (kept,) = mailbox.glob("*.eml")
    read = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "I morgon"
    assert read.get_all("X-Envelope-To") == ["robin@example.org", "samira@example.org"]
    assert "Örat kl. 10" in read.get_content()


def test_message_that_is_too_large_is_refused(catcher):
    port, mailbox = catcher
    with smtplib.SMTP("127.0.0.1", port) as line, pytest.raises(smtplib.SMTPResponseException):
        line.sendmail("a@b.se", ["r@b.se"], b"x" * (11 * 1024 * 1024))
    assert not list(mailbox.glob("*.eml"))
