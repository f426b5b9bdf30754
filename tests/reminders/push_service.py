"""A browsers' push service on this machine: takes what is signed by the key it was given."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256


def unpacked(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """Answers each endpoint with the statuses it was told, the last of them for good."""

    def __init__(self, key):
        self.key = key
        self.answers = {}
        self.taken = []
        service = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(service.take(self.path, self.headers, body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        self.thread.start()

    def take(self, path, headers, body):
        if not self.is_signed(headers["Authorization"]):
            return 403
        planned = self.answers.get(path, [201])
        status = planned.pop(0) if len(planned) > 1 else planned[0]
        self.taken.append((path, status, dict(headers), body))
        return status

    def is_signed(self, authorization):
        """Read RFC 8292 for ourselves: a JWT by the key, for this service, that ends in a day."""
        scheme, _space, pair = authorization.partition(" ")
        told = dict(part.split("=", 1) for part in pair.split(","))
        signed, _dot, signature = told["t"].rpartition(".")
        raw = unpacked(signature)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(told["k"]))
        numbers = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        try:
            point.verify(encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        claims = json.loads(unpacked(signed.partition(".")[2]))
        lasts = claims["exp"] - time.time()
        return (
            scheme == "vapid"
            and told["k"] == self.key
            and claims["aud"] == self.origin
            and claims["sub"].startswith("mailto:")
            and 0 < lasts <= 24 * 3600
        )

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
