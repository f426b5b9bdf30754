"""The run's own servers: none of them knows Django."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from chaos.relay import Relay
from portal.embedded import SUPERUSER, Passwords, PostgreSQL, Valkey, free_port
from portal.processes import end_group
from tests.reminders.gateways import AWAY, BUSY, HANGS, KEPT, LOST, STALLS, TWICE, Reached

if TYPE_CHECKING:
    import signal
    from pathlib import Path

    from portal.processes import Child, Children

PASSWORDS = Passwords("chaos-superuser", "chaos-owner", "chaos-app", "chaos-valkey")
NAME = "chaos"
CALL = 3.0  # seconds
OFFSET = "CHAOS_OFFSET"  # seconds that the clock on the wall is ahead of Stockholm's
HURRY = {
    "REMINDER_TICK": "1",
    "REMINDER_LEASE": "25",
    "REMINDER_MARGIN": "3.5",
    "REMINDER_CONNECT": "1",
    "REMINDER_CALL": str(CALL),
    "REMINDER_WAIT": "0.5",
    "REMINDER_LOOK_UP": "5",
    "REMINDER_REST": "1",
}
# They fail one in ten, hang two in a hundred, lose an answer to one, say 504 of one that they kept,
# and say some things twice.
HIDE = {STALLS: 0.01, HANGS: 0.01, LOST: 0.01, KEPT: 0.01}
SHARES = {BUSY: 0.05, AWAY: 0.05, **HIDE, TWICE: 0.02}
MOODS = {"shares": SHARES, "receipts": False, "delay": 0.005}


class Servers:
    """PostgreSQL, a broker, a mail server, two SMS gateways, and the network to those."""

    def __init__(self, home: Path, children: Children, seed: int) -> None:
        self.home, self.children, self.seed = home, children, seed
        self.postgresql = PostgreSQL(home / "postgresql", PASSWORDS)
        self.valkey = Valkey(home / "valkey", PASSWORDS)
        self.letters, self.texts = home / "letters", home / "texts"
        self.letters.touch()
        self.texts.touch()
        self.post, self.gateways = free_port(), free_port()
        self.relays = [Relay(self.post), Relay(self.gateways)]
        self.offset = 0.0
        self.away = 0.0  # seconds that PostgreSQL took to come back, at most

    def start(self) -> None:
        self.database = self.postgresql.start(self.children)
        self.valkey.start(self.children)
        *_others, self.broker = self.children
        self.postgresql.make_database(NAME)
        arguments = (str(self.post), str(self.letters), str(self.seed))
        self.python("post", "-m", "chaos.post", *arguments)
        arguments = (str(self.gateways), str(self.texts), json.dumps(MOODS))
        self.python("gateways", "-m", "tests.reminders.gateways", *arguments)

    def environment(self) -> dict[str, str]:
        mail, gateways = self.relays
        reached = Reached(gateways.port)
        return (
            os.environ
            | HURRY
            | {
                "DATABASE_URL": self.postgresql.url("portal_app", NAME),
                "MIGRATION_DATABASE_URL": self.postgresql.url("portal_owner", NAME),
                "REDIS_URL": self.valkey.url,
                "SECRET_KEY": "only-for-the-fault-run-" * 3,
                "PORTAL_DATA_KEY": "chaos:" + "A" * 43 + "=",
                "PORTAL_HOSTS": "localhost",
                "PORTAL_DEMO": "on",
                "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
                "SMS_URL": f"{reached.elks},{reached.twilio}&weight=2",
                "LOG_LEVEL": "WARNING",
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                OFFSET: str(self.offset),
            }
        )

    def python(self, name: str, *arguments: str) -> Child:
        log = self.home / f"{name}.log"
        return self.children.start(
            name, [sys.executable, *arguments], log=log, env=self.environment()
        )

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.postgresql.url(SUPERUSER, NAME), autocommit=True)

    def ask(self, query: str) -> list[tuple]:
        """Ask the database as nobody's, however often it takes."""
        while True:
            with (
                suppress(psycopg.OperationalError, psycopg.InterfaceError),
                self.superuser() as admin,
            ):
                return admin.execute(query).fetchall()  # type: ignore[arg-type]
            time.sleep(0.2)

    def empty_broker(self) -> None:
        *_leash, program, config = self.broker.process.args  # type: ignore[misc]
        end_group(self.broker.process.pid)
        self.broker.process.wait()
        self.broker = self.children.start("The broker", [program, config], log=self.broker.log)

    def restart_database(self, how: signal.Signals) -> None:
        began = time.monotonic()
        postmaster = int((self.postgresql.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, how)
        self.database.process.wait()
        self.database = self.postgresql.start(self.children)
        self.away = max(self.away, time.monotonic() - began)
