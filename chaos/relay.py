"""The network to the provider: a relay in a thread, which can be cut."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress


class Relay:
    """Hands bytes from its own port to another, until it is cut; then every line breaks."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_cut = False
        self.lines: set[asyncio.StreamWriter] = set()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.port: int = self.listening.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._take, sock=self.listening))
        self.loop.run_forever()

    def cut(self, seconds: float) -> None:
        """Break every line, and each that is tried in the meantime."""
        self.loop.call_soon_threadsafe(self._cut)
        self.loop.call_soon_threadsafe(self.loop.call_later, seconds, self._mend)

    def _cut(self) -> None:
        self.is_cut = True
        for line in self.lines:
            line.transport.abort()

    def _mend(self) -> None:
        self.is_cut = False

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self.lines |= {writer, far_writer}
            await asyncio.gather(self._hand(reader, far_writer), self._hand(far_reader, writer))
            self.lines -= {writer, far_writer}

    @staticmethod
    async def _hand(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65536):
                writer.write(some)
        writer.close()
