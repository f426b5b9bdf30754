"""The five common shapes of a sender, under the same kills: two of them must come out dirty.

Each sends four hundred messages through a gateway that refuses three in a hundred and loses the
answer to three more, while its three senders are killed again and again. A run in which the first
two come out clean was too kind, and is void.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psycopg

from portal.embedded import SUPERUSER, PostgreSQL, free_port
from portal.processes import Children, end_group
from tests.reminders import gateways

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MESSAGES, SENDERS, SECONDS = 400, 3, 10.0
LEAST, MOST = 0.12, 0.3  # seconds between two kills
LEASE = 1.5  # seconds
TABLE = """
DROP TABLE IF EXISTS chaos_row;
CREATE TABLE chaos_row (id int PRIMARY KEY, status text NOT NULL DEFAULT 'planned',
  token uuid, lease_until timestamptz, attempt int NOT NULL DEFAULT 0);
"""
CLAIM = """
UPDATE chaos_row SET status = 'sending', attempt = attempt + 1, token = gen_random_uuid(),
  lease_until = now() + make_interval(secs => %s)
WHERE id = (SELECT id FROM chaos_row WHERE status = 'planned'
  OR (status = 'sending' AND lease_until < now()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, token, attempt
"""
LEFT = "SELECT count(*) FROM chaos_row WHERE status <> 'sent'"
KNOWN = {
    "Authorization": "Basic "
    + base64.b64encode(f"{gateways.USER}:{gateways.PASSWORD}".encode()).decode()
}


class Provider:
    """The gateway, as a sender speaks with it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, row: int, key: str = "") -> bool | None:
        """Return whether it was taken; None when nobody knows."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        form = {"from": "Chaos", "to": f"+46{row}", "message": "Hej"}
        headers = KNOWN | {"Content-Type": "application/x-www-form-urlencoded"}
        with suppress(OSError, http.client.HTTPException):
            line.request("POST", "/a1/sms", urlencode(form), headers | {"Idempotency-Key": key})
            return line.getresponse().status == http.client.OK
        return None

    def has(self, row: int) -> bool | None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            line.request("GET", f"/a1/sms?{urlencode({'to': f'+46{row}'})}", headers=KNOWN)
            return b'"id"' in line.getresponse().read()
        return None


def check_send_mark(line: psycopg.Connection, provider: Provider) -> bool:
    """Look whether it is sent, send it, then mark it: a queue that delivers again."""
    row = line.execute(
        "SELECT id FROM chaos_row WHERE status = 'planned' ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        return False
    if provider.send(row[0]):
        line.execute("UPDATE chaos_row SET status = 'sent' WHERE id = %s", row)
    return True


def mark_then_send(line: psycopg.Connection, provider: Provider) -> bool:
    """Mark it, then send it: an alert loop."""
    row = line.execute(
        "UPDATE chaos_row SET status = 'sent' WHERE id = (SELECT id FROM chaos_row"
        " WHERE status = 'planned' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
    ).fetchone()
    if row is None:
        return False
    provider.send(row[0])
    return True


def leased(line: psycopg.Connection, provider: Provider, *, asks: bool, keyed: bool) -> bool:
    """Hold it under a lease with a token; ask about what may have gone, or name it by a key."""
    row = line.execute(CLAIM, [LEASE]).fetchone()
    if row is None:
        left = line.execute("SELECT count(*) FROM chaos_row WHERE status <> 'sent'").fetchone()
        time.sleep(0.1)
        return bool(left and left[0])
    pk, token, attempt = row
    known = provider.has(pk) if asks and attempt > 1 else False
    if known is None:
        return True  # nobody could say: the lease runs out, and it is asked again
    is_taken = known or provider.send(pk, key=str(pk) if keyed else "")
    if is_taken is not None:
        status = "sent" if is_taken else "planned"
        line.execute(
            "UPDATE chaos_row SET status = %s WHERE id = %s AND token = %s", [status, pk, token]
        )
    return True


SHAPES: dict[str, Callable[[psycopg.Connection, Provider], bool]] = {
    "check, send, mark": check_send_mark,
    "mark, then send": mark_then_send,
    "lease, no look-up": lambda line, there: leased(line, there, asks=False, keyed=False),
    "lease with look-up": lambda line, there: leased(line, there, asks=True, keyed=False),
    "lease with a key": lambda line, there: leased(line, there, asks=False, keyed=True),
}
MUST_FAIL = ("check, send, mark", "mark, then send")
MUST_HOLD = ("lease with look-up", "lease with a key")


@dataclass(frozen=True)
class Shape:
    """How one came out, by what the gateway kept."""

    name: str
    sent: int
    left: int  # not sent yet, and known to be so
    lost: int
    doubled: int
    kills: int

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled

    @property
    def is_whole(self) -> bool:
        return self.is_clean and not self.left

    @property
    def must_fail(self) -> bool:
        return self.name in MUST_FAIL

    @property
    def must_hold(self) -> bool:
        return self.name in MUST_HOLD

    def line(self) -> str:
        wanted = "must fail" if self.must_fail else "must hold" if self.must_hold else ""
        told = f"{wanted}, {self.kills} kills" if wanted else f"{self.kills} kills"
        return (
            f"| {self.name} | {self.sent} | {self.left} | {self.lost} | {self.doubled} | {told} |"
        )


def run_all(home: Path, children: Children, seed: int) -> list[Shape]:
    """Run them one after the other, on the run's own PostgreSQL."""
    from chaos.servers import NAME, PASSWORDS  # noqa: PLC0415

    url = PostgreSQL(home / "postgresql", PASSWORDS).url(SUPERUSER, NAME)
    return [_run(name, url, home, seed) for name in SHAPES]


def _run(name: str, url: str, home: Path, seed: int) -> Shape:
    chance = random.Random(seed)  # noqa: S311 (a seed that the report names)
    port, journal = free_port(), home / f"{name}.journal"
    log = home / "shapes.log"
    words = json.dumps(
        {
            "shares": {"away": 0.03, "lost": 0.03},
            "delay": 0.03,
            "receipts": False,
            "honours_keys": True,
        }
    )
    with Children() as children, psycopg.connect(url, autocommit=True) as admin:
        admin.execute(TABLE)
        admin.execute("INSERT INTO chaos_row SELECT generate_series(1, %s)", [MESSAGES])
        server = [sys.executable, "-m", "tests.reminders.gateways", str(port), str(journal), words]
        gateway = children.start("gateway", server, log=log, env=dict(os.environ))
        gateway.wait_until(lambda: Provider(port).has(0) is not None, seconds=20)

        def sender() -> object:
            command = [sys.executable, "-m", "chaos.shapes", name, url, str(port)]
            return children.start("sender", command, log=log, env=dict(os.environ))

        senders = [sender() for _ in range(SENDERS)]
        until, kills = time.monotonic() + SECONDS, 0
        while time.monotonic() < until and _left(admin):
            time.sleep(chance.uniform(LEAST, MOST))
            victim = senders.pop(chance.randrange(len(senders)))
            end_group(victim.process.pid)  # type: ignore[attr-defined]
            kills += 1
            senders.append(sender())
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and _left(admin):
            time.sleep(0.1)
        time.sleep(0.3)  # for the call that is under way
        [left] = admin.execute(LEFT).fetchone()  # type: ignore[misc]
    copies = Counter(one["to"] for one in gateways.accepted(journal))
    doubled = sum(number - 1 for number in copies.values())
    return Shape(name, len(copies), left, max(0, MESSAGES - left - len(copies)), doubled, kills)


def _left(admin: psycopg.Connection) -> bool:
    row = admin.execute(LEFT).fetchone()
    return bool(row and row[0])


def send_on(name: str, url: str, port: int) -> None:
    """Be one sender, until there is nothing left."""
    with psycopg.connect(url, autocommit=True) as line:
        while SHAPES[name](line, Provider(port)):
            pass


if __name__ == "__main__":
    send_on(sys.argv[1], sys.argv[2], int(sys.argv[3]))
