"""The system's Redis, for the tests of the broker: found, or else installed where that is allowed.

`python -m tests.redis_server` is run by `make test`. Without one, the tests that need it say so and
are skipped; in the nightly size (`SIZE=nightly`) they fail. Debian's `redis-tools` brings the whole
server under another name, and no service that starts by itself.
"""

import os
import shutil
from pathlib import Path

import pytest

from portal.embedded import Valkey
from tests.pgbouncer import install

SENTENCE = (
    "The tests of the broker also run on Redis: install it, with `apt-get install redis-tools` for"
    " example, or put `redis-server` on PATH."
)
NAMES = ("redis-server", "redis-check-rdb")  # one program, which does what it is called


def find():
    """Return a Redis server, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def needed():
    """Return a Redis server, or skip with a sentence; at night that is a failure."""
    if not find() and os.environ.get("SIZE") == "nightly":
        pytest.fail(SENTENCE)
    return find() or pytest.skip(SENTENCE)


class Redis(Valkey):
    """Redis as Valkey is started: the two read one configuration."""

    def program(self):
        name = self.home / NAMES[0]
        if not name.is_symlink():
            name.symlink_to(needed().resolve())
        return name


def main():
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Looking for Redis: apt-get install redis-tools", flush=True)
        install("redis-tools", find)
    if not find():
        print(f"{SENTENCE} They run on Valkey alone.", flush=True)


if __name__ == "__main__":
    main()
