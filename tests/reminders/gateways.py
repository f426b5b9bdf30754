"""Two SMS gateways at localhost that behave as 46elks and Twilio do, faults included.

What one accepts is on disk (fsync) before it answers: the judge of a fault test is not our
database. Both stand at one port, told apart by path: `/a1/` is 46elks, `/2010-04-01/` is Twilio.

In a test: `with gateways.running() as there:`, then `there.elks`, `there.twilio` (for `SMS_URL`),
`there.accepted`, `there.chosen[number] = [LOST]`, `there.shares = {BUSY: 0.1}`.

As a process: `python -m tests.reminders.gateways PORT JOURNAL ['{"shares": {"lost": 0.03}}']`;
the same words can be changed while it runs by POST of JSON to `/control`, which answers with how
much has been accepted. `accepted(journal)` reads the journal, also after a kill.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import httpx

# What a send may meet. The first seven have accepted nothing.
BUSY = "busy"  # 429
AWAY = "away"  # 503
REFUSES = "refuses"  # a number that nobody has
NAMELESS = "nameless"  # our own name as the sender is not one that we may use
CUT = "cut"  # the line is dropped before the message was kept
STALLS = "stalls"  # nothing is kept, and nothing is said
ASTRAY = "astray"  # nothing is kept, and what stands in front says 502
KEPT = "kept"  # kept, and what stands in front says 504: it took too long
LOST = "lost"  # kept, and the line is dropped instead of an answer
HANGS = "hangs"  # kept, and nothing is said
TWICE = "twice"  # kept, and answered twice on one line
WELL = "well"
# What a receipt may meet.
UNDELIVERED = "undelivered"  # the last receipt says that it failed
DOUBLED = "doubled"  # each receipt comes twice
REORDERED = "reordered"  # the last one first
EARLY = "early"  # before the answer to the send
SILENT = "silent"  # no receipt at all
OF_RECEIPTS = (UNDELIVERED, DOUBLED, REORDERED, EARLY, SILENT)

USER, PASSWORD = "elsa", "hemligt"
SID, TOKEN = "AC" + "0a1b2c3d" * 4, "5ecre7" * 5
NUMBER_OF_SERVICE = "+46766861009"  # a messaging service chooses one of its numbers
PAGE = {"46elks": 100, "twilio": 50}
TRIES = 5  # of a receipt that nobody takes


@dataclass
class Reached:
    """Where both are reached, in the words of `SMS_URL`."""

    port: int

    @property
    def elks(self):
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}/a1?as=elks"

    @property
    def twilio(self):
        return f"http://{SID}:{TOKEN}@127.0.0.1:{self.port}/2010-04-01?as=twilio"


class Gateways(Reached):
    """What was accepted, and how to behave; changed by a test or through `/control`."""

    def __init__(self, port, journal):
        super().__init__(port)
        self.journal = Path(journal)
        self._kept = self.journal.open("ab", buffering=0)
        self.chosen = defaultdict(list)  # by number: a list is used up, a word holds for ever
        self.shares = {}  # of all sends, and of all receipts
        self.chance = random.Random(20261122)  # noqa: S311 (a seed that a failure names)
        self.lag = 0.0  # seconds before the history shows a message
        self.is_history_away = False
        self.history_delay = 0.0  # seconds that each page takes
        self.honours_keys = False
        self.hang = 60.0
        self.delay = 0.0  # seconds that each send takes
        self.receipts = True
        self.receipt_after = 0.05
        self.page = None  # messages on a page of history, when fewer than the real one
        self.accepted = []
        self.by_key = {}
        self.tried = Counter()
        self.looked_up = []
        self.posted = []  # receipts: address, fields, and the status we were answered with
        self.lock = threading.Lock()
        self.is_over = threading.Event()

    @property
    def copies(self):
        """How often each number was sent each text."""
        return Counter((one["to"], one["text"]) for one in self.accepted)

    def fault(self, to):
        """Return what this send meets."""
        with self.lock:
            chosen = self.chosen.get(to)
            if isinstance(chosen, str):
                return WELL if chosen in OF_RECEIPTS else chosen
            if chosen:
                return WELL if chosen[0] in OF_RECEIPTS else chosen.pop(0)
            drawn = self.chance.random()
        for name, share in self.shares.items():
            if name not in OF_RECEIPTS:
                drawn -= share
                if drawn < 0:
                    return name
        return WELL

    def fault_of_receipts(self, to):
        chosen = self.chosen.get(to)
        for word in [chosen] if isinstance(chosen, str) else chosen or ():
            if word in OF_RECEIPTS:
                return word
        with self.lock:
            drawn = self.chance.random()
        for name in OF_RECEIPTS:
            drawn -= self.shares.get(name, 0)
            if drawn < 0:
                return name
        return WELL

    def keep(self, **message):
        """Write down what was accepted, before anybody is told."""
        with self.lock:
            if self._kept.closed:  # the test is over
                return
            self._kept.write(json.dumps(message).encode() + b"\n")
            os.fsync(self._kept.fileno())
            self.accepted.append(message)

    def close(self):
        with self.lock:
            self._kept.close()

    def visible(self, gateway, to):
        """Return what the history shows now, the newest first."""
        with self.lock:
            kept = list(self.accepted)
        until = time.time() - self.lag
        shown = [one for one in kept if one["gateway"] == gateway and one["at"] <= until]
        return [one for one in reversed(shown) if to in {None, one["to"]}]

    def report(self, message):
        """Post the receipts of a message, as its provider does."""
        if not self.receipts or not message["callback"]:
            return
        fault = self.fault_of_receipts(message["to"])
        words = ["sent", "undelivered" if fault == UNDELIVERED else "delivered"]
        if message["gateway"] == "46elks" and fault == UNDELIVERED:
            words[-1] = "failed"
        if fault == SILENT:
            return
        if fault == DOUBLED:
            words = [word for word in words for _ in range(2)]
        if fault == REORDERED:
            words.reverse()
        if fault == EARLY:
            self._report(message, words)
        else:
            clock = threading.Timer(self.receipt_after, self._report, (message, words))
            clock.daemon = True
            clock.start()

    def _report(self, message, words):
        for word in words:
            if self.is_over.is_set():
                return
            if message["gateway"] == "46elks":
                told = {"id": message["id"], "status": word}
                if word == "delivered":
                    told["delivered"] = datetime.now(UTC).isoformat()[:26]
            else:
                told = self._of_twilio(message["id"], message["to"], message["from"])
                told |= {"MessageStatus": word, "SmsStatus": word}
                if word == "undelivered":
                    told["ErrorCode"] = "30003"
            for _ in range(TRIES):
                status = self.post(message["gateway"], message["callback"], told)[0]
                if 200 <= status <= 204 or self.is_over.wait(0.2):
                    break

    def says(self, gateway, address, number, text, *, to="+46766861004", name=None):
        """Post what somebody answers from a number, and return the SMS that comes back, if any."""
        name = name or ("s" if gateway == "46elks" else "SM") + uuid4().hex
        if gateway == "46elks":
            now = datetime.now(UTC).isoformat()[:26]
            told = {"direction": "incoming", "id": name, "from": number, "to": to}
            told |= {"created": now, "message": text}
        else:
            told = self._of_twilio(name, to, number)
            told |= {"SmsStatus": "received", "Body": text, "NumMedia": "0", "NumSegments": "1"}
        return self.post(gateway, address, told)

    @staticmethod
    def _of_twilio(name, to, sender):
        told = {"MessageSid": name, "SmsSid": name, "SmsMessageSid": name, "AccountSid": SID}
        return told | {"To": to, "From": sender, "ApiVersion": "2010-04-01"}

    def post(self, gateway, address, told, *, token=TOKEN):
        """Post a form as this gateway would; return the status and the answer."""
        headers = {}
        if gateway == "twilio":
            headers["X-Twilio-Signature"] = signature(address, told, token)
        try:
            # to localhost and in the clear: to read the certificates takes longer than to post
            with httpx.Client(trust_env=False, timeout=10, verify=False) as line:  # noqa: S501
                answer = line.post(address, data=told, headers=headers)
            status, text = answer.status_code, answer.text
        except httpx.HTTPError as error:
            status, text = 0, type(error).__name__
        with self.lock:
            self.posted.append((address, told, status))
        return status, text

    def change(self, words):
        """Take what `/control` was told; return how it goes."""
        said = words.pop("says", None)
        for name, value in words.items():
            if name == "chosen":
                self.chosen.update(value)
            else:
                setattr(self, name, value)
        answer = self.says(**said) if said else None
        return {"accepted": len(self.accepted), "looked_up": len(self.looked_up), "said": answer}


def signature(address, told, token=TOKEN):
    """Sign as Twilio does: the address, then each field and its value, in the order of names."""
    text = address + "".join(name + told[name] for name in sorted(told))
    made = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(made.digest()).decode()


def accepted(journal):
    """Return what a journal holds; a line that was cut off was never answered."""
    kept = []
    for line in Path(journal).read_bytes().splitlines():
        with suppress(ValueError):
            kept.append(json.loads(line))
    return kept


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gateways: Gateways

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/control":
            self.answer(200, self.gateways.change(json.loads(body or b"{}")))
        elif path == "/a1/sms":
            self.send_one("46elks", dict(parse_qsl(body.decode(), keep_blank_values=True)))
        elif path == f"/2010-04-01/Accounts/{SID}/Messages.json":
            self.send_one("twilio", dict(parse_qsl(body.decode(), keep_blank_values=True)))
        else:
            self.answer(404, {"status": 404})

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        gateway = "46elks" if parts.path.startswith("/a1/") else "twilio"
        if not self.is_known(gateway):
            return
        self.gateways.looked_up.append((gateway, asked))
        self.gateways.is_over.wait(self.gateways.history_delay)
        if self.gateways.is_history_away:
            self.answer(503, "Service Unavailable")
        elif parts.path == "/a1/sms":
            self.history_of_46elks(asked)
        elif parts.path == f"/2010-04-01/Accounts/{SID}/Messages.json":
            self.history_of_twilio(parts, asked)
        else:
            self.answer(404, {"status": 404})

    def is_known(self, gateway):
        """Check the name and the password, as each of them does."""
        pair = (USER, PASSWORD) if gateway == "46elks" else (SID, TOKEN)
        known = "Basic " + base64.b64encode(":".join(pair).encode()).decode()
        if self.headers.get("Authorization") == known:
            return True
        self.answer(401, "API access requires authentication")
        return False

    def send_one(self, gateway, told):
        if not self.is_known(gateway):
            return
        there, elks = self.gateways, gateway == "46elks"
        names = ("to", "message", "from") if elks else ("To", "Body", "From")
        to, text, sender = (told.get(name) for name in names)
        sender = sender or told.get("MessagingServiceSid")
        there.tried[to] += 1
        there.is_over.wait(there.delay)
        fault = there.fault(to) if to and text and sender else REFUSES
        no = {"code": 21211, "message": "The 'To' number is not valid.", "status": 400}
        not_ours = {"code": 21212, "message": "The 'From' number is not valid.", "status": 400}
        refuse = {
            BUSY: partial(self.answer, 429, {"code": 20429, "status": 429}),
            AWAY: partial(self.answer, 503, "Service Unavailable"),
            REFUSES: partial(self.answer, 400, "Invalid to number" if elks else no),
            NAMELESS: partial(self.answer, 400, "Invalid from" if elks else not_ours),
            CUT: self.drop,
            STALLS: self.stall,
            ASTRAY: partial(self.answer, 502, "Bad Gateway"),
        }
        if fault in refuse:
            refuse[fault]()
            return
        key = self.headers.get("Idempotency-Key")
        message = there.by_key.get(key) if there.honours_keys and key else None
        if message is None:
            message = {
                "id": ("s" if elks else "SM") + uuid4().hex,
                "gateway": gateway,
                "to": to,
                "from": sender,
                "text": text,
                "callback": told.get("whendelivered" if elks else "StatusCallback", ""),
                "is_logged": told.get("dontlog") != "message",
                "key": key,
                "at": time.time(),
            }
            there.keep(**message)
            there.by_key[key] = message
            there.report(message)
        shown = shown_by_46elks(message) if elks else shown_by_twilio(message, "queued")
        answer = partial(self.answer, 200 if elks else 201, shown)
        faults = {
            LOST: self.drop,
            HANGS: self.stall,
            TWICE: partial(answer, times=2),
            KEPT: partial(self.answer, 504, "Gateway Timeout"),
        }
        faults.get(fault, answer)()

    def history_of_46elks(self, asked):
        """Newest first; `start` is the newer end and `end` the older one, as theirs are."""
        limit = min(int(asked.get("limit", 100)), self.gateways.page or PAGE["46elks"])
        found = [
            one
            for one in map(shown_by_46elks, self.gateways.visible("46elks", asked.get("to")))
            if one["created"] < asked.get("start", "9") and one["created"] > asked.get("end", "")
        ]
        told = {"data": found[:limit]}
        if len(found) > limit:
            told["next"] = found[limit - 1]["created"]
        self.answer(200, told)

    def history_of_twilio(self, parts, asked):
        size = min(int(asked.get("PageSize", 50)), self.gateways.page or 1000)
        page = int(asked.get("Page", 0))
        since = asked.get("DateSent>", "")  # parse_qsl cuts `DateSent>=2026-11-22` at its sign
        found = [
            shown_by_twilio(one, "delivered")
            for one in self.gateways.visible("twilio", asked.get("To"))
            if f"{datetime.fromtimestamp(one['at'], UTC):%Y-%m-%d}" >= since
        ]
        some = found[page * size : (page + 1) * size]
        more = None
        if len(found) > (page + 1) * size:
            more = f"{parts.path}?{urlencode({**asked, 'Page': page + 1, 'PageToken': 'PA1'})}"
        self.answer(200, {"messages": some, "page": page, "page_size": size, "next_page_uri": more})

    def answer(self, status, told, *, times=1):
        body = told if isinstance(told, str) else json.dumps(told)
        kind = "text/plain" if isinstance(told, str) else "application/json"
        with suppress(OSError):
            for _ in range(times):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

    def drop(self):
        """Reset the line."""
        self.close_connection = True
        with suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def stall(self):
        self.close_connection = True
        self.gateways.is_over.wait(self.gateways.hang)

    def log_message(self, *_about):
        """Say nothing: what matters is in the journal."""


def shown_by_46elks(one):
    shown = {"id": one["id"], "direction": "outgoing", "from": one["from"], "to": one["to"]}
    created = datetime.fromtimestamp(one["at"], UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    shown |= {"created": created, "status": "created", "parts": 1, "cost": 3500}
    return shown | ({"message": one["text"]} if one["is_logged"] else {})


def shown_by_twilio(one, status):
    moment = format_datetime(datetime.fromtimestamp(one["at"], UTC))
    service = one["from"] if one["from"].startswith("MG") else None
    return {
        "sid": one["id"],
        "account_sid": SID,
        "direction": "outbound-api",
        "from": NUMBER_OF_SERVICE if service else one["from"],
        "messaging_service_sid": service,
        "to": one["to"],
        "body": one["text"],
        "status": status,
        "date_created": moment,
        "date_sent": None if status == "queued" else moment,
        "error_code": None,
        "num_segments": "1",
    }


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_about):
        """A client that hung up is no news."""


def serve(port, journal):
    """Return what listens, not yet serving, and how it behaves."""
    there = Gateways(port, journal)
    server = Server(("127.0.0.1", port), type("Here", (Handler,), {"gateways": there}))
    there.port = server.server_address[1]
    return server, there


@contextmanager
def running(journal):
    """Serve in a thread, until the end of the block."""
    server, there = serve(0, journal)
    thread = threading.Thread(target=partial(server.serve_forever, 0.05))
    thread.start()
    try:
        yield there
    finally:
        there.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
        there.close()


def main(port, journal, words="{}"):
    server, there = serve(int(port), journal)
    there.change(json.loads(words))
    print("listening", there.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
