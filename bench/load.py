"""Ask for one page again and again for some seconds: `python -m bench.load PATH SECONDS LINES`."""

from __future__ import annotations

import json
import socket
import sys
import time
from threading import Thread

from bench.servers import PORT

LARGEST = 1 << 20


def main() -> None:
    path, seconds, lines = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    counts = [0] * lines
    deadline = time.monotonic() + seconds
    asking = [Thread(target=ask, args=(path, deadline, counts, at)) for at in range(lines)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    print(json.dumps({"answers": sum(counts), "seconds": seconds}))


def ask(path: str, deadline: float, counts: list[int], at: int) -> None:
    """Keep one connection busy; every answer is read to its end."""
    question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", PORT), timeout=10) as line:
        while time.monotonic() < deadline:
            line.sendall(question)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += line.recv(LARGEST)
            head, _, body = answer.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head)
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += line.recv(LARGEST)
            counts[at] += 1


if __name__ == "__main__":
    main()
