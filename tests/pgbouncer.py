"""The system's PgBouncer, for the tests of pooling: found, or else installed where that is allowed.

`python -m tests.pgbouncer` is run by `make test`. Without one, the tests that need it say so and
are skipped; in the nightly size (`SIZE=nightly`) they fail.
"""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.embedded import UNPRIVILEGED, free_port
from tests.cluster import PASSWORDS
from tests.servers import running_servers

WAYS = (["install"], ["update"], ["install"])  # the lists of packages may be there, and new enough
SENTENCE = (
    "The tests of pooling need PgBouncer: install it, with `apt-get install pgbouncer` for example,"
    " or put one on PATH."
)
SERVER_CONNECTIONS = 2


def find():
    """Return a PgBouncer, or None; Debian keeps it where users do not look."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else None


def needed():
    """Return a PgBouncer, or skip with a sentence; at night that is a failure."""
    if not find() and os.environ.get("SIZE") == "nightly":
        pytest.fail(SENTENCE)
    return find() or pytest.skip(SENTENCE)


def install(package, find):
    """Try the system's packages: a few seconds, once a machine."""
    more = {"install": ["--yes", "--no-install-recommends", package]}
    for way in WAYS:
        if find():
            return
        subprocess.run(  # noqa: S603
            ["apt-get", *way, "-qq", *more.get(way[0], [])],  # noqa: S607
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )


@contextmanager
def transaction_pool(children, database):
    """Run PgBouncer in transaction mode before the test cluster; yield the address behind it."""
    program, servers, port = needed(), running_servers().postgresql, free_port()
    home = running_servers().home / f"pgbouncer-{database}"
    home.mkdir(mode=0o700)
    (home / "users").write_text(f'"portal_app" "{PASSWORDS.app}"\n')
    (home / "ini").write_text(
        f"[databases]\n{database} = host={servers.sockets} port=5432\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {home / 'users'}\n"
        f"pool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\n"
    )
    for path in (home, *home.iterdir()) if servers.user else ():
        shutil.chown(path, UNPRIVILEGED)  # it refuses to be root, as PostgreSQL does
    log = running_servers().home / f"pgbouncer-{database}.log"
    child = children.start("PgBouncer", [program, home / "ini"], log=log, user=servers.user)
    child.wait_until(lambda: "listening on 127.0.0.1" in log.read_text(), seconds=20)
    yield f"postgresql://portal_app:{PASSWORDS.app}@127.0.0.1:{port}/{database}"
    children.end(child)
    shutil.rmtree(home)


def main():
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Looking for PgBouncer: apt-get install pgbouncer", flush=True)
        install("pgbouncer", find)
    if not find():
        print(f"{SENTENCE} They are skipped.", flush=True)


if __name__ == "__main__":
    main()
