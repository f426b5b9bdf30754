"""Catch the demo's mail: a real SMTP server at localhost that keeps each message as a file.

Run as `python -m portal.demo.catcher SOCKET DIRECTORY`, with a listening socket that was inherited.
Names sort by time of arrival; `X-Envelope-To` says who would have got it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

LARGEST = 10 * 1024 * 1024  # bytes of one message


class Mailbox:
    """Keep what arrives; a reader never sees half a message."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        lines = [f"X-Envelope-To: {address}".encode() for address in envelope.rcpt_tos]
        half = self.directory / f".{name}"
        half.write_bytes(b"\r\n".join([*lines, envelope.original_content or b""]))
        half.rename(self.directory / f"{name}.eml")
        return "250 Kept"


async def serve(listening: socket.socket, directory: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    mailbox = Mailbox(directory)
    server = await loop.create_server(
        lambda: SMTP(
            mailbox, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop
        ),
        sock=listening,
    )
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
