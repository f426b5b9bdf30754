"""PostgreSQL and gunicorn for the bench, and what their processes cost."""

from __future__ import annotations

import http.client
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from portal import prepare
from portal.demo.programs import is_ready
from portal.embedded import SUPERUSER, Passwords, PostgreSQL, Valkey, may_enter
from portal.processes import Children

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PASSWORDS = Passwords("bench-superuser", "bench-owner", "bench-app", "bench-valkey")
SETTINGS = ("shared_buffers=512MB", "max_wal_size=4GB")
NANOSECONDS = 1_000_000  # in a millisecond
PORT = 8099
READY_SECONDS = 60


def home() -> Path:
    """Return where the seeded databases lie, so that a second run need not seed."""
    beside = prepare.BASE_DIR / ".bench"
    known = os.environ.get("BENCH_DIR")
    if known is None and not may_enter(prepare.BASE_DIR):
        known = f"/var/tmp/en-vag-in-bench-{os.geteuid()}"  # noqa: S108 (mode 0711, ours)
    directory = Path(known or beside).absolute()
    directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    return directory


class Servers:
    """The cluster, and a broker that nobody needs but the settings name."""

    def __init__(self, children: Children) -> None:
        self.home = home()
        self.children = children
        self.postgresql = PostgreSQL(self.home / "postgresql", PASSWORDS, options=SETTINGS)
        self.valkey = Valkey(self.home / "valkey", PASSWORDS)
        self.postgresql.start(children)
        self.valkey.start(children)

    def environment(self, database: str) -> dict[str, str]:
        """Return what the portal reads, as in the demo: browsers come over plain http."""
        inherited = {name: text for name, text in os.environ.items() if name != "DEBUG"}
        return inherited | {
            "DATABASE_URL": self.postgresql.url("portal_app", database),
            "MIGRATION_DATABASE_URL": self.postgresql.url("portal_owner", database),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": "only-for-the-bench-" * 4,
            "PORTAL_DATA_KEY": "bench:" + "A" * 43 + "=",
            "PORTAL_HOSTS": "localhost,127.0.0.1,testserver",
            "PORTAL_DEMO": "on",
            "SMTP_URL": "smtp://127.0.0.1:9",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection that may look at everything."""
        return psycopg.connect(self.postgresql.url(SUPERUSER, database), autocommit=True)

    @contextmanager
    def web(self, database: str, *, workers: int, threads: int) -> Iterator[Web]:
        """Serve the portal and the floor from a database."""
        command = [
            *(sys.executable, "-m", "gunicorn", "--config=deploy/gunicorn.conf.py"),
            *(f"--bind=127.0.0.1:{PORT}", f"--workers={workers}", f"--threads={threads}"),
            *("--max-requests=0", "bench.wsgi"),
        ]
        log = self.home / "web.log"
        with Children() as children:
            child = children.start("gunicorn", command, log=log, env=self.environment(database))
            child.wait_until(lambda: is_ready(PORT), seconds=READY_SECONDS)
            yield Web(self, database, child.process.pid)


class Web:
    """A running gunicorn, as a browser and as an accountant see it."""

    def __init__(self, servers: Servers, database: str, pid: int) -> None:
        self.servers, self.database, self.pid = servers, database, pid
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

    def get(self, path: str, cookie: str = "", **headers: str) -> tuple[int, bytes]:
        """Fetch a page; return the status and what came."""
        sent = {"Host": "localhost", **({"Cookie": cookie} if cookie else {}), **headers}
        self.line.request("GET", path, headers=sent)
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def cpu(self) -> tuple[float, float]:
        """Return the milliseconds of CPU that gunicorn and its backends have used so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        with self.servers.superuser() as connection:
            backends = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'portal_app' AND datname = %s",
                [self.database],
            ).fetchall()
        return _used(children), _used([str(pid) for (pid,) in backends])


def _used(pids: Sequence[str]) -> float:
    """Add up what the kernel has counted for every thread of these processes."""
    found = (path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(path.read_text().split()[0]) for path in found) / NANOSECONDS
