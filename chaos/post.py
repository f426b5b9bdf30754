"""A mail server that fails, hangs and answers twice: `python -m chaos.post PORT JOURNAL SEED`.

What it accepts is on disk before it answers, a line each: the time and the Message-ID. It keeps a
message also when whoever sent it has gone by then, as mail servers do.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
import time
from pathlib import Path

FAILS, HANGS, TWICE = 0.10, 0.02, 0.02  # of the letters
TAKES = 0.005  # seconds from the last byte of a letter until it is kept
NAME = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Journal:
    """Lines that are on disk when `keep` returns; those of one moment go together."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("ab", buffering=0)
        self.waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self.wake = asyncio.Event()

    async def keep(self, name: str) -> None:
        kept = asyncio.get_running_loop().create_future()
        self.waiting.append((f"{time.time():.3f} {name}\n".encode(), kept))
        self.wake.set()
        await asyncio.shield(kept)

    async def write(self) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            some, self.waiting = self.waiting, []
            self.file.write(b"".join(line for line, _kept in some))
            await asyncio.to_thread(os.fsync, self.file.fileno())
            for _line, kept in some:
                kept.set_result(None)


def read(journal: Path) -> list[tuple[float, str]]:
    """Return what was accepted, and when."""
    words = (line.split() for line in journal.read_text().splitlines())
    return [(float(at), name) for at, name in words]


class Post:
    def __init__(self, journal: Journal, seed: int) -> None:
        self.journal = journal
        self.chance = random.Random(seed)  # noqa: S311 (a seed that the report names)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client, until it goes; it may go at any word."""
        try:
            writer.write(b"220 chaos\r\n")
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"QUIT":
                    break
                writer.write(
                    await (self.take(reader, writer) if word == b"DATA" else self.go_on(word))
                )
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def go_on(self, word: bytes) -> bytes:
        draw = self.chance.random() if word == b"RCPT" else 1
        if draw < HANGS / 2:
            await asyncio.sleep(60)
        return b"451 Come back later\r\n" if draw < FAILS / 2 else b"250 Go on\r\n"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"354 Go on\r\n")
        told = await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(TAKES)
        draw = self.chance.random()
        if draw < HANGS / 2:
            await asyncio.sleep(60)  # and has not kept it
        if draw < FAILS / 2:
            return b"452 No room\r\n"
        found = NAME.search(told)
        await self.journal.keep(found[1].decode() if found else "?")
        return b"250 Kept\r\n" * (2 if self.chance.random() < TWICE else 1)


async def main(port: int, journal: Path, seed: int) -> None:
    kept = Journal(journal)
    post = Post(kept, seed)
    server = await asyncio.start_server(post.talk, "127.0.0.1", port, backlog=1000)
    async with server, asyncio.TaskGroup() as group:
        group.create_task(kept.write())
        group.create_task(server.serve_forever())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
