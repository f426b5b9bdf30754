"""The test cluster: migrated once for each shape of the tables, copied for each run."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg

from portal import prepare
from portal.embedded import SUPERUSER, Passwords, PostgreSQL, Valkey

TEMPLATE = "template_portal"
KEPT = 3  # migrated clusters: enough to go between two branches
THROWAWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
)
PASSWORDS = Passwords("test-superuser", "test-owner", "test-app", "test-valkey")


def base():
    """Return where the clusters lie: where PostgreSQL's user may come, if we are root."""
    directory = Path(tempfile.gettempdir()) / f"en-vag-in-tests-{os.geteuid()}"
    directory.mkdir(mode=0o711, exist_ok=True)
    if directory.stat().st_uid != os.geteuid():
        message = f"{directory} belongs to somebody else: set TMPDIR to a directory of your own."
        raise PermissionError(message)
    return directory


@contextmanager
def run_directory():
    """Make a directory for one run; what killed runs left behind goes first."""
    runs = base() / "runs"
    runs.mkdir(mode=0o711, exist_ok=True)
    with prepare.held(base() / "lock"):
        for old in runs.iterdir():
            _remove_if_dead(old)
        ours = Path(tempfile.mkdtemp(dir=runs))
        ours.chmod(0o711)
        lock = (ours / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield ours
    finally:
        shutil.rmtree(ours, ignore_errors=True)
        lock.close()


def start(children, home):
    """Start PostgreSQL with a migrated template database, and Valkey."""
    servers = Servers(home)
    migrated = base() / "migrated" / prepare.schema()[:16]
    migrated.parent.mkdir(mode=0o711, exist_ok=True)
    with prepare.held(base() / "migrated.lock"):
        if not migrated.exists():
            _migrate(servers, children, migrated)
        else:
            servers.postgresql.home.mkdir()
            _copy(migrated, servers.postgresql.data)
            os.utime(migrated)
    servers.valkey.start(children)
    servers.postgresql.start(children)
    return servers


class Servers:
    """The addresses of the servers, for the process that started them and for its workers."""

    def __init__(self, home, valkey_port=0):
        self.home = home
        self.postgresql = PostgreSQL(home / "postgresql", PASSWORDS, options=THROWAWAY)
        self.valkey = Valkey(home / "valkey", PASSWORDS)
        self.valkey.port = valkey_port

    def environment(self, database="main", number=0):
        """Return what the portal reads, as the demo has it: browsers come over plain http."""
        return {
            "DATABASE_URL": self.postgresql.url("portal_app", database),
            "MIGRATION_DATABASE_URL": self.postgresql.url("portal_owner", database),
            "REDIS_URL": f"{self.valkey.url.rpartition('/')[0]}/{number}",
            "SECRET_KEY": "only-for-tests-" * 4,
            "PORTAL_DATA_KEY": "test:" + "A" * 43 + "=",
            "PORTAL_HOSTS": "testserver,localhost,127.0.0.1",
            "PORTAL_DEMO": "on",
            "SMTP_URL": "smtp://127.0.0.1:9",
        }

    def make_fresh(self, database):
        """Make a database anew, exactly as the migrations left it, whoever uses it now."""
        with psycopg.connect(self.postgresql.url(SUPERUSER, "postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            admin.execute(
                f"CREATE DATABASE {database} OWNER portal_owner TEMPLATE {TEMPLATE}"
                " STRATEGY file_copy"
            )


def _migrate(servers, children, migrated):
    """Make and migrate the template as in production; then let tests arrange as the owner."""
    server = servers.postgresql.start(children)
    servers.postgresql.make_database(TEMPLATE)
    children.run(
        "migrate",
        prepare.manage("migrate", "--skip-checks", "--verbosity=0"),
        log=servers.home / "migrate.log",
        env={**os.environ, **servers.environment(TEMPLATE)},
    )
    with psycopg.connect(servers.postgresql.url(SUPERUSER, "postgres")) as admin:
        admin.execute("GRANT portal_owner TO portal_app WITH INHERIT FALSE, SET TRUE")
    children.end(server)
    half = migrated.with_suffix(".new")
    shutil.rmtree(half, ignore_errors=True)
    _copy(servers.postgresql.data, half)
    half.rename(migrated)
    for old in sorted(migrated.parent.iterdir(), key=os.path.getmtime)[:-KEPT]:
        shutil.rmtree(old)


def _copy(cluster, where):
    subprocess.run(["cp", "-a", cluster, where], check=True)  # noqa: S603, S607 (owners stay)


def _remove_if_dead(run):
    try:
        with (run / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    shutil.rmtree(run, ignore_errors=True)
