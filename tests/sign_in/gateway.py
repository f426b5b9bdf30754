"""A real HTTP server at localhost that answers as an SMS gateway does, also on its bad days."""

import socket
import threading
import time
from base64 import b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@contextmanager
def gateway(*, status=200, hangs=0.0, cuts=False):
    """Serve until the end of the block; yields the server, with `.url` and what came in."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            told = {name: one[0] for name, one in parse_qs(self.rfile.read(size).decode()).items()}
            known = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            server.received.append((self.path, known, told))
            time.sleep(hangs)
            if cuts:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"id": "s1"}')

        def log_message(self, *_about):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received = []
    server.url = f"http://elsa:hemligt@127.0.0.1:{server.server_port}/a1?from=EnVagIn"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
