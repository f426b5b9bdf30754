"""Work that a worker had begun is not lost with it, and a worker that stands still is replaced."""

import os
import signal

import pytest
import redis

from portal import celery
from tests.reminders.test_broker import broker, on_both  # noqa: F401 (the fixture)
from tests.size import NIGHTLY

pytestmark = pytest.mark.django_db(transaction=True)
at_night = pytest.mark.skipif(not NIGHTLY, reason="it waits for the watchdog")


@pytest.fixture
def bulk(start, broker, until, tmp_path):  # noqa: F811
    """Start a worker for long work; ask it for some, and see how far that has come."""
    return Bulk(start, broker, until, tmp_path)


class Bulk:
    def __init__(self, start, broker, until, home):  # noqa: F811
        self.start, self.broker, self.until, self.home = start, broker, until, home
        self.started = 0

    def worker(self):
        worker = self.start("worker", self.broker.url, "bulk")
        self.started += 1
        self.until(lambda: worker.wrote(" ready.", self.started), 30)
        return worker

    def ask(self, name):
        celery.app.send_task("wait_for", [str(self.home), name])

    def go(self, name):
        (self.home / f"{name}.go").touch()

    def done(self, name):
        self.until((self.home / f"{name}.done").exists)

    def begun(self, name, times=1):
        """Wait until it was begun so often; return by whom."""
        path = self.home / f"{name}.begun"
        self.until(lambda: path.exists() and len(path.read_text().split()) == times)
        return [int(pid) for pid in path.read_text().split()]


@on_both
def test_work_outlives_the_broker_that_brought_it_and_the_worker_that_had_begun_it(bulk):
    first = bulk.worker()
    bulk.ask("list")
    bulk.begun("list")
    bulk.broker.die()
    bulk.until(lambda: first.wrote("Connection to broker lost"))
    bulk.broker.come_back_empty()
    bulk.until(lambda: first.wrote("Connected to redis", 2), 30)
    bulk.go("list")
    bulk.done("list")
    assert not first.wrote("Unrecoverable")

    bulk.ask("figures")
    [child] = bulk.begun("figures")
    for pid in (first.pid, child):
        os.kill(pid, signal.SIGKILL)
    bulk.worker()
    bulk.begun("figures", times=2)
    bulk.go("figures")
    bulk.done("figures")


@at_night
def test_a_worker_that_takes_nothing_more_ends_for_another_to_go_on(bulk):
    deaf = bulk.worker()
    celery.app.control.cancel_consumer("bulk")
    bulk.until(lambda: deaf.wrote("Canceling queue"))
    bulk.ask("list")
    assert deaf.wait(20) is not None
    assert deaf.wrote("worker takes nothing from bulk")
    with redis.Redis.from_url(bulk.broker.url) as line:
        assert line.llen("bulk") == 1
