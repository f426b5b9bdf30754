"""What the demo runs, in the order it starts, and what each program is told."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from typing import TYPE_CHECKING

import psycopg

from portal import prepare
from portal.demo.secrets import Secrets
from portal.embedded import PostgreSQL, Valkey
from portal.processes import ProcessFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portal.processes import Child, Children

LOCALHOST = "127.0.0.1"
DATABASE = "portal"
QUEUES = ("now", "reminders", "bulk")  # each with a worker that listens to nothing else
CELERY = ("celery", "--app=portal", "--quiet")
ALONE = ("--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat")
READY_SECONDS = 120
NOT_INHERITED = {
    "DEBUG",
    "MIGRATION_DATABASE_URL",  # for migrations alone
    "PROXY_SSL_HEADER",
    "SMS_URL",
    "STATIC_ROOT",
    "TRUSTED_PROXY_COUNT",
}


class Programs:
    """One start of the demo in a data directory."""

    def __init__(self, home: Path, servers: Children, programs: Children) -> None:
        self.home = home
        self.servers = servers
        self.programs = programs
        self.mail = home / "mail"
        self.logs = home / "log"
        for directory in (self.mail, self.logs):
            directory.mkdir(mode=0o700, exist_ok=True)
        self.secrets = Secrets.of(home / "secrets.json")
        self.postgresql = PostgreSQL(home / "postgresql", self.secrets.passwords)
        self.valkey = Valkey(home / "valkey", self.secrets.passwords)
        self.env: dict[str, str] = {}

    def start_servers(self) -> None:
        """Start PostgreSQL, Valkey and the catchers; now it is known what programs are told."""
        self.postgresql.start(self.servers)
        self.postgresql.make_database(DATABASE)
        self.valkey.start(self.servers)
        with (
            socket.create_server((LOCALHOST, 0)) as letters,
            socket.create_server((LOCALHOST, 0)) as messages,
        ):
            smtp = f"smtp://{LOCALHOST}:{letters.getsockname()[1]}"
            sms = f"http://demo:demo@{LOCALHOST}:{messages.getsockname()[1]}/a1"
            self.env = self._environment(smtp, sms)
            catcher = ("portal.demo.catcher", str(letters.fileno()), str(self.mail))
            self._start("The mail catcher", "mail", *catcher, listening=letters)
            catcher = ("portal.demo.sms", str(messages.fileno()), str(self.mail))
            self._start("The SMS catcher", "sms", *catcher, listening=messages)

    def prepare(self, say: Callable[[str], None]) -> None:
        """Make texts, static files, tables and the invented town, where missing or stale."""
        log = self._log("prepare")
        prepare.texts()
        static = prepare.BASE_DIR / "staticfiles"
        prepare.static_files(self.programs, root=static, log=log, env=self.env)
        owner = self.postgresql.url("portal_owner", DATABASE)
        as_owner = {**self.env, "MIGRATION_DATABASE_URL": owner}
        stamp, schema = self.home / "schema", prepare.schema()
        if not stamp.exists() or stamp.read_text() != schema:
            say("Migrating the database.")
            try:
                self.programs.run("migrate", prepare.manage("migrate"), log=log, env=as_owner)
            except ProcessFailed as error:
                if not stamp.exists():
                    raise
                message = (
                    f"{error}\nThe town in {self.home} was made by another version: remove that"
                    " directory, and start again."
                )
                raise ProcessFailed(message) from None
            stamp.write_text(schema)
        with psycopg.connect(owner) as database:
            empty = database.execute("SELECT NOT EXISTS (SELECT FROM portal_user)").fetchone()
        if empty == (True,):
            say("Building the invented town.")
            self.programs.run("demo_town", prepare.manage("demo_town"), log=log, env=as_owner)

    def start_web(self, listening: socket.socket) -> None:
        """Start the web server on a socket that listens already: nobody can take its port."""
        port = listening.getsockname()[1]
        self.env["PORTAL_URL"] = f"http://localhost:{port}"  # for links in letters
        bind = f"--bind=fd://{listening.fileno()}"
        command = ("gunicorn", "--config=deploy/gunicorn.conf.py", bind, "portal.wsgi")
        web = self._start("The web server", "web", *command, listening=listening)
        listening.close()  # so that nobody waits at the door of a server that has ended
        web.wait_until(lambda: is_ready(port), seconds=READY_SECONDS)

    def start_celery(self) -> None:
        """Start a worker for each queue, and beat."""
        for queue in QUEUES:
            command = ("worker", f"--queues={queue}", f"--hostname={queue}@%h", *ALONE)
            self._start(f"The worker for {queue}", f"worker-{queue}", *CELERY, *command)
        self._start("Beat", "beat", *CELERY, "beat")

    def _environment(self, smtp: str, sms: str) -> dict[str, str]:
        """Return what a production server would be given, and that this is the demo."""
        inherited = {name: text for name, text in os.environ.items() if name not in NOT_INHERITED}
        return inherited | {
            "DATABASE_URL": self.postgresql.url("portal_app", DATABASE),
            "REDIS_URL": self.valkey.url,
            "SMTP_URL": smtp,
            "SMS_URL": sms,
            "PUSH_KEY": self.secrets.push_key,
            "SECRET_KEY": self.secrets.secret_key,
            "PORTAL_DATA_KEY": self.secrets.data_key,
            "PORTAL_HOSTS": f"localhost,{LOCALHOST}",
            "PORTAL_DEMO": "on",
            "PORTAL_SHARING": "consented_view",  # a case manager reads what a guide has written
            "PORTAL_DEMO_MAIL": str(self.mail),
        }

    def _start(
        self,
        name: str,
        log: str,
        module: str,
        *arguments: str,
        listening: socket.socket | None = None,
    ) -> Child:
        return self.programs.start(
            name,
            [sys.executable, "-m", module, *arguments],
            log=self._log(log),
            env=self.env,
            pass_fds=[listening.fileno()] if listening else [],
        )

    def _log(self, name: str) -> Path:
        """Return a fresh log: it tells of this start alone."""
        path = self.logs / f"{name}.log"
        path.unlink(missing_ok=True)
        return path


def is_ready(port: int) -> bool:
    """Tell whether a web server on this machine has its database and migrations in order."""
    line = http.client.HTTPConnection(LOCALHOST, port, timeout=5)
    try:
        line.request("GET", "/readyz", headers={"Host": "localhost"})
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
