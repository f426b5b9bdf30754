"""The test's side of `process.py`: start a process by forking, signal it, ask how it is."""

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portal.processes import TICK

# Seconds: what the settings hold in production, made short.
HURRY = {
    "REMINDER_LEASE": 4.0,
    "REMINDER_MARGIN": 2.2,
    "REMINDER_CONNECT": 2.0,
    "REMINDER_CALL": 2.0,
    "REMINDER_WAIT": 0.02,
}

# For a process that nothing happens to: a busy machine is no fault.
AT_LEISURE = {"REMINDER_LEASE": 30.0, "REMINDER_CONNECT": 5.0, "REMINDER_CALL": 10.0}


class Nursery:
    def __init__(self, children, home):
        ours, theirs = socket.socketpair()
        with theirs:
            children.start(
                "nursery",
                [sys.executable, "-m", "tests.reminders.process", str(theirs.fileno())],
                log=home / "log",
                env=dict(os.environ),
                pass_fds=[theirs.fileno()],
            )
        self.line = ours
        self.talk = ours.makefile("rw")
        self.forked = []

    def ask(self, **wish):
        self.talk.write(json.dumps(wish) + "\n")
        self.talk.flush()
        return json.loads(self.talk.readline())

    def fork(self, mode, *, log, port, steps, **settings):
        pid = self.ask(
            mode=mode, log=str(log), steps=steps, settings={**HURRY, "port": port, **settings}
        )
        self.forked.append(Forked(self, pid, log))
        return self.forked[-1]

    def close(self):
        self.talk.close()
        self.line.close()

    def end_all(self):
        for one in self.forked:
            if one.code is None:
                one.send(signal.SIGKILL)  # and all it forked, which are on a leash
                one.wait()
        self.forked.clear()


@dataclass
class Forked:
    """A process, how it ended when it has, and what it wrote."""

    nursery: Nursery
    pid: int
    log: Path
    code: int | None = None

    def send(self, number):
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wrote(self, text, times=1):
        return self.log.exists() and self.log.read_text().count(text) >= times

    def wait(self, seconds=15.0):
        """Return the code it ended with."""
        deadline = time.monotonic() + seconds
        while self.code is None:
            self.code = self.nursery.ask(pid=self.pid)
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(TICK)
        return self.code
