"""Child processes that never outlive us: started on a leash, stopped with all they started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from portal.leash import PR_SET_PDEATHSIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LEASH = Path(__file__).with_name("leash.py")
ASKED_TO_END = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PATIENCE = 15.0  # seconds that a process is given to end by itself
TICK = 0.02  # seconds between two looks at a process
LAST_WORDS = 12  # lines of its log that are shown when a process fails


class ProcessFailed(Exception):
    """A process did not start, or ended before it should; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process in a group of its own, so that Ctrl-C reaches us alone and we choose the order."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    log_begins: int  # where the lines of this process begin
    ending: signal.Signals

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def fail(self, what: str) -> NoReturn:
        """Raise an error that names the process, its log and its last lines there."""
        lines = self.log.read_bytes()[self.log_begins :].decode(errors="replace").splitlines()
        tail = "\n".join(f"  {line}" for line in lines[-LAST_WORDS:])
        message = f"{self.name} {what}; see {self.log}\n{tail}".rstrip()
        raise ProcessFailed(message)

    def wait_until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Wait until the process has come so far; raise when it ends instead, or takes too long."""
        deadline = time.monotonic() + seconds
        while not condition():
            if not self.is_running:
                self.fail("did not start")
            if time.monotonic() > deadline:
                self.fail(f"was not ready in {seconds:.0f} seconds")
            time.sleep(TICK)


class Children:
    """Processes that are stopped together: `with Children() as servers: servers.start(...)`."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __iter__(self) -> Iterator[Child]:
        return iter(self._children)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: str = "",
        ending: signal.Signals = signal.SIGTERM,
        pass_fds: Sequence[int] = (),
    ) -> Child:
        """Start a program on a leash; its output goes to the end of a log."""
        python: list[str | Path] = [sys.executable, "-I", "-S", LEASH]
        leash = [*python, str(int(ending)), str(os.getpid()), user]
        with log.open("ab") as output, held_signals():
            log_begins = output.tell()
            process = subprocess.Popen(  # noqa: S603 (our own programs, no shell)
                [*leash, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                pass_fds=pass_fds,
                start_new_session=True,
            )
            child = Child(name, process, log, log_begins, ending)
            self._children.append(child)
        return child

    def run(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: str = "",
        seconds: float = 600,
    ) -> None:
        """Run a program to its end; raise when it fails."""
        child = self.start(name, command, log=log, env=env, user=user)
        try:
            code = child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            child.fail(f"was not done in {seconds:.0f} seconds")
        self._children.remove(child)
        if code:
            child.fail("failed")

    def end(self, child: Child) -> None:
        """Stop one of them."""
        self._end([child])
        self._children.remove(child)

    def stop(self) -> None:
        """Ask all to end at once, then make sure that nothing of their groups is left."""
        self._end(self._children)
        self._children.clear()

    @staticmethod
    def _end(children: Sequence[Child]) -> None:
        for child in children:
            if child.is_running:
                child.process.send_signal(child.ending)
        deadline = time.monotonic() + PATIENCE
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            end_group(child.process.pid)
            child.process.wait()

    def kill(self) -> None:
        """End every process and all it started at once: a pool whose master is gone, say."""
        for child in self._children:
            end_group(child.process.pid)


def end_group(group: int) -> None:
    """Kill what there is of a process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def end_with_parent() -> None:
    """Ask to be told when the program that started us ends, as children on a leash are."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


@contextmanager
def held_signals() -> Iterator[None]:
    """Hold Ctrl-C and its kin, so that no process is started without being remembered."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
