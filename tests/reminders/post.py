"""A mail server at localhost that behaves as the first word of an address tells it to.

It remembers what it has accepted before it answers: the judge of a fault test is not our database.
"""

import asyncio
import logging
import socket
import struct
import threading
from collections import Counter
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it writes each line of each talk

# what the first word of an address makes the server do, besides taking the mail
NOBODY = "nobody"  # refuses for good
BUSY = "busy"  # refuses twice, then takes it
NEVER = "never"  # refuses each time, but not for good
LOST = "lost"  # takes it, and drops the line instead of answering, the first time
CUT = "cut"  # drops the line before it has the mail, the first time
SLAMS = "slams"  # drops the line before it lets the mail be written
HANGS = "hangs"  # takes it, and says nothing, the first time
SILENT = "silent"  # takes it, and says nothing, each time
TWICE = "twice"  # takes it, and answers twice
RESETS = "resets"  # takes it, answers, and then drops the line without a word
STALLS = "stalls"  # says nothing when it hears whom the mail is for
TRICKLES = "trickles"  # takes it, and answers a letter at a time, without an end

NOTHING = "421 Gone"  # said to a line that has been dropped: nobody hears it


class Post:
    """What arrived, as (Message-ID, address), and how often each address was tried."""

    def __init__(self, port):
        self.port = port
        self.received = []
        self.mails = []
        self.lines = set()
        self.tried = Counter()
        self.says = {}  # what it answers to RCPT or to DATA, whoever it is about
        self.delay = 0.0
        self.at_once = self.most_at_once = 0  # letters that are taken and not answered

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def copies(self):
        """How often each message was accepted."""
        return Counter(message_id for message_id, _address in self.received)

    def hang_up(self):
        """Let go of every line, as a server does that has waited long enough."""
        for line in self.lines:
            if line.transport:
                self.loop.call_soon_threadsafe(line.transport.abort)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        self.tried[address] += 1
        if "RCPT" in self.says:
            return self.says["RCPT"]
        word = address.partition("-")[0]
        if word == STALLS:
            await asyncio.sleep(60)
        if word == NOBODY:
            return "550 Nobody of that name"
        if word == NEVER or (word == BUSY and self.tried[address] <= 2):
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 Go on"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if "DATA" in self.says:
            return self.says["DATA"]
        [address] = envelope.rcpt_tos
        word = address.partition("-")[0]
        is_first = self.tried[address] == 1
        if word == CUT and is_first:
            server.transport.abort()
            return NOTHING
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.received.append((mail["Message-ID"], address))
        if word == LOST and is_first:
            server.transport.abort()
            return NOTHING
        if word == SILENT or (word == HANGS and is_first):
            await asyncio.sleep(60)
        while word == TRICKLES:
            server.transport.write(b"2")
            await asyncio.sleep(0.05)
        if word == TWICE:
            server.transport.write(b"250 Kept\r\n" * 2)
        if word == RESETS:
            self.loop.call_later(0.05, reset, server.transport)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.delay)
        self.at_once -= 1
        return "250 Kept"


def reset(transport):
    """Drop a line as a machine does that has forgotten it: whoever reads from it gets an error."""
    now = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
    transport.abort()


class Line(SMTP):
    async def smtp_DATA(self, arg):  # noqa: N802
        if self.envelope.rcpt_tos[0].startswith(SLAMS):
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


@contextmanager
def running(certificate=None, *, from_the_start=False):
    """Serve in a thread, until the end of the block; with a certificate, encrypted lines only."""
    listening = socket.create_server(("127.0.0.1", 0))
    post = Post(listening.getsockname()[1])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=_serve, args=(loop, listening, post, certificate, from_the_start)
    )
    thread.start()
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _serve(loop, listening, post, certificate, from_the_start):
    asyncio.set_event_loop(loop)
    post.loop = loop

    def line():
        later = {} if from_the_start else {"tls_context": certificate}
        made = Line(post, enable_SMTPUTF8=True, hostname="localhost", loop=loop, **later)
        post.lines.add(made)
        return made

    server = loop.run_until_complete(
        loop.create_server(line, sock=listening, ssl=certificate if from_the_start else None)
    )
    loop.run_forever()
    server.close()
    for made in post.lines:
        if made.transport:
            made.transport.abort()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
