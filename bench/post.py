"""A mail server that takes everything and answers after a while: `python -m bench.post PORT WAIT`.

As little work as possible for each letter: it runs on the cores that are measured.
"""

from __future__ import annotations

import asyncio
import sys


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float) -> None:
    """Speak SMTP with one client; only the letter itself is answered late."""
    writer.write(b"220 bench\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            await asyncio.sleep(wait)
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
        if word == b"QUIT":
            break
    writer.close()


async def main() -> None:
    port, wait = int(sys.argv[1]), float(sys.argv[2])
    server = await asyncio.start_server(
        lambda reader, writer: talk(reader, writer, wait), "127.0.0.1", port, backlog=1000
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
