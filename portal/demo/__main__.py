"""Start the demo, watch it, and end it: `make demo`, Ctrl-C to stop.

Nothing outlives this process. Each program is on a leash, those that do not end when asked are
killed with all they started, and whatever a killed start left is put right by the next one.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import socket
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, NoReturn

from portal import embedded
from portal.demo.programs import LOCALHOST, Programs
from portal.invented import ACCOUNTS, PASSWORD
from portal.prepare import BASE_DIR
from portal.processes import ASKED_TO_END, Children, ProcessFailed, end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

LOOK_EVERY = 0.5  # seconds between two looks at the programs


class Refused(Exception):
    """The demo cannot start; the message is the one sentence that says why."""


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM or a closed terminal."""


class Ending:
    """Leave wherever we are when first asked to end; when asked again, wait for nobody."""

    def __init__(self, *groups: Children) -> None:
        self.groups = groups
        self.has_begun = False
        for number in ASKED_TO_END:
            signal.signal(number, self)

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if not self.has_begun:
            self.has_begun = True
            raise Stopped
        for group in self.groups:
            group.kill()


def main() -> int:
    os.chdir(BASE_DIR)
    if "--with-parent" in sys.argv:
        end_with_parent()
    try:
        with Children() as servers, Children() as programs:
            ending = Ending(servers, programs)
            try:
                serve(servers, programs)
            finally:
                ending.has_begun = True
    except Stopped:
        say("Stopped.")
    except CalledProcessError as error:
        return complain(f"{Path(error.cmd[0]).name} failed.")
    except (Refused, ProcessFailed, embedded.UnusableDirectory) as error:
        return complain(str(error))
    return 0


def serve(servers: Children, programs: Children) -> NoReturn:
    """Start everything in order, then watch it; a program that ends takes the rest with it."""
    began = time.monotonic()
    with listening_on(os.environ.get("PORT") or "8000") as door, data_directory() as home:
        address = f"http://localhost:{door.getsockname()[1]}"
        say(f"Starting in {home}.")
        demo = Programs(home, servers, programs)
        demo.start_servers()
        demo.prepare(say)
        demo.start_web(door)
        demo.start_celery()
        say(f"Ready in {time.monotonic() - began:.1f} s. Everybody here is invented.\n")
        announce(address)
        while True:
            for child in (*servers, *programs):
                if not child.is_running:
                    child.fail("has ended")
            time.sleep(LOOK_EVERY)


def announce(address: str) -> None:
    """Say where it is and who may sign in."""
    for email, role in ACCOUNTS.items():
        say(f"  {email:<20} {role}")
    say(f"  password for all: {PASSWORD}\n\n{address}  (Ctrl-C to stop)")


def listening_on(port: str) -> socket.socket:
    """Take the port at once: a browser that comes early waits instead of being refused."""
    try:
        return socket.create_server((LOCALHOST, int(port)))
    except (ValueError, OverflowError):
        message = f"PORT is {port!r}, which is no port number."
    except OSError as error:
        why = (
            "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        message = f"Port {port} {why}: start on another one, such as PORT=9000 make demo."
    raise Refused(message)


@contextmanager
def data_directory() -> Iterator[Path]:
    """Enter the data directory, alone; the lock is free again when its holder dies."""
    home = Path(os.environ.get("DATA_DIR") or default_directory()).expanduser().absolute()
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError as error:
        message = f"The data directory {home} cannot be used ({error.strerror}): set DATA_DIR."
        raise Refused(message) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"The data directory {home} is in use by another start: set another DATA_DIR."
            raise Refused(message) from None
        yield home


def default_directory() -> Path:
    """Return .data beside the code; for root, a place that PostgreSQL's user may enter too."""
    if embedded.may_enter(BASE_DIR):
        return BASE_DIR / ".data"
    digest = hashlib.sha256(os.fsencode(BASE_DIR)).hexdigest()[:8]
    home = Path("/var/tmp") / f"en-vag-in-{digest}"  # noqa: S108 (its owner is checked)
    if home.exists() and home.stat().st_uid != os.geteuid():
        message = f"The data directory {home} belongs to somebody else: set DATA_DIR."
        raise Refused(message)
    return home


def say(sentence: str) -> None:
    print(sentence, flush=True)


def complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
