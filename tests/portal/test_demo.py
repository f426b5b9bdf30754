"""`make demo`, as a newcomer meets it; started beside this run, in a directory of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from portal.demo.__main__ import ACCOUNTS, PASSWORD
from portal.demo.programs import QUEUES
from portal.prepare import BASE_DIR

PATIENCE = 240  # seconds: two cores may be busy with other tests


@pytest.fixture(scope="module")
def home():
    """A data directory that PostgreSQL's user can reach; the first start fills it."""
    directory = Path(tempfile.mkdtemp(prefix="demo-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def demo(home, port=0):
    """Start the demo, and see to it that nothing stays behind whatever the test does."""
    with (home / "output").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.demo"],
            cwd=BASE_DIR,
            env=os.environ | {"DATA_DIR": str(home), "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            wait_until(lambda: left_by(home) == [])


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def said(home):
    return (home / "output").read_text()


def wait_for_words(process, home, words):
    wait_until(lambda: words in said(home) or process.poll() is not None)
    assert words in said(home), said(home)


def address(home):
    return next(word for word in said(home).split() if word.startswith("http://localhost:"))


def left_by(home):
    """Return every living process that was given this data directory, children of children too."""
    mark = f"DATA_DIR={home}".encode()
    return [pid for pid in Path("/proc").iterdir() if pid.name.isdigit() and mark in told(pid)]


def told(process):
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def refusal(**environment):
    """Return what a start that cannot be says, and that it says it as a failure."""
    answer = subprocess.run(
        [sys.executable, "-m", "portal.demo"],
        cwd=BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    return answer.stderr.strip()


def test_newcomer_starts_the_demo_and_again_after_a_kill_and_ctrl_c_ends_all_of_it(home):
    with demo(home) as process:
        wait_for_words(process, home, "Ctrl-C")
        assert all(account in said(home) for account in ACCOUNTS)
        assert PASSWORD in said(home)
        with urlopen(f"{address(home)}/readyz") as answer:  # noqa: S310
            ready = json.load(answer)
        assert ready.pop("reminders")  # the town's own wait for the first pass
        assert ready == dict.fromkeys(("database", "migrations", "broker", "log"), "ok")
        with urlopen(f"{address(home)}/idag/") as answer:  # noqa: S310
            assert "Påhittade personer" in answer.read().decode()
        for queue in QUEUES:
            log = home / "log" / f"worker-{queue}.log"
            wait_until(lambda log=log: "ready." in log.read_text())
        assert "is in use by another start" in refusal(DATA_DIR=str(home), PORT="0")
        assert process.poll() is None
        kept = (home / "secrets.json").read_text()
        process.kill()
        process.wait()
    with demo(home) as process:
        wait_for_words(process, home, "Ctrl-C")
        assert "Migrating" not in said(home)
        assert (home / "secrets.json").read_text() == kept
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert left_by(home) == []
    assert said(home).endswith("Stopped.\n")


def test_demo_ended_half_way_through_its_start_leaves_nothing(home):
    with demo(home) as process:
        wait_until((home / "postgresql" / "data" / "postmaster.pid").exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert left_by(home) == []


def test_taken_port_is_told_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert refusal(DATA_DIR=str(tmp_path), PORT=port) == (
            f"Port {port} is taken: start on another one, such as PORT=9000 make demo."
        )


def test_port_that_is_no_port_is_told_in_one_sentence(tmp_path):
    sentence = refusal(DATA_DIR=str(tmp_path), PORT="99999")
    assert sentence == "PORT is '99999', which is no port number."


def test_directory_that_cannot_be_used_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    sentence = refusal(DATA_DIR=str(tmp_path / "file" / "data"), PORT="0")
    assert sentence.startswith(f"The data directory {tmp_path}/file/data cannot be used")
