"""Mail over the encrypted lines that production uses, and addresses that no server could read."""

import ipaddress
import select
import ssl
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.reminders.channels import Letter, Outcome, email
from portal.reminders.kinds import Address, Message
from portal.reminders.models import Line
from tests.reminders import post


def letter(address="well-1@example.org"):
    message = Message("I morgon", "Hej! Åäö.\n.\nSlut.")
    return Letter(uuid.uuid4(), Address(address), message, datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for this machine, which this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("way", ["use_tls", "use_ssl"])
def test_it_goes_over_an_encrypted_line(through, certificate, way):
    sent = letter()
    with post.running(certificate, from_the_start=way == "use_ssl") as server:
        through(server.port, **{way: True})
        assert email.send(sent) == Outcome(Line.ACCEPTED, "250")
    assert server.received == [(f"<{sent.public_id}@example.org>", "well-1@example.org")]


def test_a_server_that_nobody_vouches_for_gets_nothing(through, certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with post.running(certificate) as server:
        through(server.port, use_tls=True)
        assert email.send(letter()) == Outcome(Line.TRANSIENT, "SSLCertVerificationError")
    assert server.received == []


@pytest.mark.parametrize(
    ("word", "answer", "is_of_address"),
    [
        ("RCPT", "550 Nobody of that name", True),
        ("RCPT", "550 5.1.1 Nobody of that name", True),
        ("DATA", "550 5.2.1 Closed", True),
        ("RCPT", "552 Mailbox full", False),
        ("RCPT", "550 5.2.2 Mailbox full", False),
        ("RCPT", "550 5.7.1 Relaying denied", False),
        ("DATA", "554 No thank you", False),
    ],
)
def test_a_refusal_says_whether_it_is_of_the_address(through, word, answer, is_of_address):
    with post.running() as server:
        server.says = {word: answer}
        through(server.port)
        outcome = email.send(letter())
    assert outcome == Outcome(Line.PERMANENT, answer[:3], is_of_address=is_of_address)


@pytest.mark.parametrize("address", ["", "två @ord", "a@b\nBcc: c@example.org", "å@example.org"])
def test_an_address_that_no_server_could_read_fails_for_good(through, address):
    with post.running() as server:
        through(server.port)
        assert email.send(letter(address)).line == Line.PERMANENT
    assert server.received == []


def test_a_whole_call_ends_in_time_though_the_server_trickles(through, settings):
    settings.REMINDER_CALL = 0.4
    with post.running() as server:
        through(server.port)
        outcome = email.send(letter("trickles-1@example.org"))
    assert outcome.line == Line.UNKNOWN
    assert len(server.received) == 1


def test_lines_that_hang_have_the_time_of_one_call_together(through, settings):
    settings.REMINDER_CALL = 0.5
    with post.running() as server:
        through(server.port)
        server.delay = 0.2
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(email.send, [letter() for _ in range(4)]))
        assert len(email._idle) == 4
        began = time.monotonic()
        outcome = email.send(letter(f"{post.STALLS}-1@example.org"))
    assert outcome.line == Line.TRANSIENT
    assert time.monotonic() - began < 3 * settings.REMINDER_CALL, "and not that of five"


def test_a_letter_that_was_never_begun_is_known_not_to_have_gone(through):
    with post.running() as server:
        through(server.port)
        assert email.send(letter(f"{post.SLAMS}-1@example.org")).line == Line.TRANSIENT
        assert email.send(letter(f"{post.CUT}-1@example.org")).line == Line.UNKNOWN
    assert server.received == []


def test_a_line_carries_letter_after_letter_and_one_that_died_in_between_costs_none(through):
    with post.running() as server:
        through(server.port)
        assert [email.send(letter()) for _ in range(3)] == [Outcome(Line.ACCEPTED, "250")] * 3
        assert len(server.received) == len(server.lines) + 2 == 3
        server.hang_up()
        assert email.send(letter("nobody-1@example.org")) == Outcome(Line.PERMANENT, "550")
        assert email.send(letter()) == Outcome(Line.ACCEPTED, "250")


def test_a_line_that_was_dropped_without_a_word_costs_the_next_letter_nothing(through):
    with post.running() as server:
        through(server.port)
        assert email.send(letter(f"{post.RESETS}-1@example.org")).line == Line.ACCEPTED
        [wire] = [one.connection for one in email._idle]
        select.select([wire.sock], [], [], 5)
        assert email.send(letter()) == Outcome(Line.ACCEPTED, "250")
    assert len(server.lines) == 2


def test_a_server_that_is_away_is_left_alone_and_one_that_says_no_is_not(through, settings):
    settings.REMINDER_FAILURES = 3
    with post.running() as server:
        through(server.port)
        for word in [post.NEVER, post.NOBODY] * 3:
            email.send(letter(f"{word}-1@example.org"))
    assert not email.is_resting()
    for _ in range(3):
        assert email.send(letter()).line == Line.TRANSIENT
    assert email.is_resting()


def test_a_server_that_answers_twice_is_not_believed_the_second_time(through):
    with post.running() as server:
        through(server.port)
        answers = [email.send(letter(f"{word}-1@example.org")) for word in (post.TWICE, "nobody")]
    assert [one.line for one in answers] == [Line.ACCEPTED, Line.PERMANENT]
    assert len(server.lines) == 2


def test_what_arrives_is_what_was_written(through):
    sent = letter("lisa@åland.example")
    with post.running() as server:
        through(server.port)
        email.send(sent)
    [mail] = server.mails
    assert mail["Subject"] == "I morgon"
    assert mail["To"] == "lisa@xn--land-poa.example"
    assert mail["Message-ID"] == f"<{sent.public_id}@example.org>"
    assert mail.get_content().splitlines() == ["Hej! Åäö.", ".", "Slut."]
