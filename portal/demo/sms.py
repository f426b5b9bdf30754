"""Catch the demo's SMS: a small HTTP server at localhost that answers as 46elks does.

Run as `python -m portal.demo.sms SOCKET DIRECTORY`, with a listening socket that was inherited.
What arrives is kept beside the letters, in the same form, so that one page shows both.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs
from uuid import uuid4

LARGEST = 10_000  # bytes of one message


class Gateway(BaseHTTPRequestHandler):
    """Take a message, keep it, and answer with a number of our own."""

    directory: Path

    def do_POST(self) -> None:
        size = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        told = {
            name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()
        }
        is_sms = self.path.endswith("/sms") and {"to", "message"} <= told.keys()
        number = uuid4().hex
        if is_sms:
            self.keep(told["to"], told["message"])
        answer = json.dumps({"id": number, "status": "created"}).encode()
        self.send_response(HTTPStatus.OK if is_sms else HTTPStatus.BAD_REQUEST)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def keep(self, to: str, text: str) -> None:
        """Write the message as a letter; a reader never sees half of one."""
        now = datetime.now(UTC)
        letter = EmailMessage()
        letter["X-Envelope-To"], letter["Subject"] = to, "SMS"
        letter["Date"] = format_datetime(now)
        letter.set_content(text)
        name = f"{now:%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        half = self.directory / f".{name}"
        half.write_bytes(letter.as_bytes())
        half.rename(self.directory / f"{name}.eml")

    def log_message(self, *_about: object) -> None:
        """Say nothing: the address and the text are on the page."""


def serve(listening: socket.socket, directory: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    handler = type("Here", (Gateway,), {"directory": directory})
    server = ThreadingHTTPServer(listening.getsockname(), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
