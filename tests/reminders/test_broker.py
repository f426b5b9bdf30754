"""Celery only nudges: with it reminders leave at once, without it they leave all the same."""

import signal
import time
from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from kombu import pools

from portal import celery
from portal.embedded import Valkey
from portal.processes import Children
from portal.reminders.models import Reminder, Status
from portal.reminders.operations import heartbeats
from portal.reminders.tasks import dispatch_due
from tests import cluster
from tests.factories import StepFactory
from tests.redis_server import Redis, find
from tests.reminders.nursery import AT_LEISURE
from tests.size import NIGHTLY

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 10.0  # seconds; nothing else than the nudge would look
BOTH = [Valkey, Redis] if NIGHTLY else [Redis if find() else Valkey]
on_both = pytest.mark.parametrize("broker", BOTH, indirect=True)


@pytest.fixture(params=[Valkey])
def broker(tmp_path, monkeypatch, request):
    """A Valkey (or Redis) of this test's own, which may be killed, frozen and emptied."""
    with Children() as children:
        valkey = request.param(tmp_path / "broker", cluster.PASSWORDS)
        valkey.start(children)
        publish_at(valkey.url, monkeypatch)
        broker = Broker(children, valkey)
        yield broker
        broker.send(signal.SIGCONT)
    pools.reset()


class Broker:
    def __init__(self, children, valkey):
        self.children = children
        self.valkey = valkey
        self.url = valkey.url
        [self.child] = children

    def send(self, number):
        self.child.process.send_signal(number)

    def die(self):
        self.send(signal.SIGKILL)
        self.child.process.wait()

    def come_back_empty(self):
        *_leash, program, config = self.child.process.args
        self.child = self.children.start("The broker", [program, config], log=self.child.log)
        self.child.wait_until(self.valkey._answers, seconds=10)


def publish_at(url, monkeypatch):
    """Let this process publish there, and forget what it knew of another broker."""
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setitem(celery.app.conf, name, url)
    monkeypatch.setitem(celery._rest_until, "nudges", 0.0)
    monkeypatch.setattr(celery.app, "_pool", None)
    monkeypatch.setattr(celery.app.amqp, "_producer_pool", None)


@pytest.fixture
def work(start, broker, until):
    """Start a real worker with two processes."""

    def begin(**settings):
        worker = start("worker", broker.url, **AT_LEISURE, **settings)
        until(lambda: worker.wrote(" ready."), 30)

    return begin


@pytest.fixture
def accepted(until):
    def wait_for(number, seconds=15.0):
        sent = Reminder.objects.filter(status=Status.ACCEPTED)
        until(lambda: sent.count() == number, seconds)

    return wait_for


@on_both
def test_a_nudge_sends_at_once_also_after_the_broker_forgot_everything(
    broker, work, tell, accepted
):
    work()
    tell("well", "well")
    accepted(2, SOON)
    with redis.Redis.from_url(broker.url) as emptied:
        emptied.flushall()
    tell("well")
    accepted(3, SOON)


def test_a_worker_goes_on_where_the_time_of_a_pass_was_up(work, tell, accepted, mail_server):
    work(REMINDER_PASS=0.1)
    mail_server.delay = 0.3
    tell(*["well"] * 50)  # four claims, and nobody ticks
    accepted(50, SOON)


def test_a_broker_that_dies_in_the_middle_of_a_send_takes_no_worker_with_it(
    broker, work, tell, accepted, all_ended, mail_server, until
):
    work()
    mail_server.delay = 0.7
    tell("well")
    until(lambda: mail_server.received)
    broker.die()
    tell("well")  # the change is saved, the nudge is swallowed
    assert celery._rest_until["nudges"] > time.monotonic()
    accepted(1)
    broker.come_back_empty()
    celery._rest_until["nudges"] = 0.0
    tell("well")
    accepted(3, 30)
    assert all_ended() == {"ACCEPTED": 3}


def test_without_a_broker_the_loop_sends(broker, start, tell, all_ended):
    broker.die()
    tell(*["well"] * 3)
    start("loop", **AT_LEISURE)
    assert all_ended(SOON) == {"ACCEPTED": 3}


def test_without_a_broker_the_loop_also_finds_what_nobody_planned(
    broker, start, tell, until, robin_person
):
    broker.die()
    tomorrow = timezone.localdate() + timedelta(days=1)
    StepFactory(
        participant=robin_person, due_on=tomorrow, created_at=timezone.now() - timedelta(days=9)
    )
    start("loop", **AT_LEISURE)
    until(lambda: Reminder.objects.filter(kind="step_due").exists())


def test_a_frozen_broker_holds_up_nobody_twice(broker, start, tell, all_ended):
    broker.send(signal.SIGSTOP)
    begun = time.monotonic()
    tell("well")
    assert time.monotonic() - begun < 5
    begun = time.monotonic()
    tell("well")
    assert time.monotonic() - begun < 1
    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 2}
    broker.send(signal.SIGCONT)


def test_ten_ticks_two_beats_a_worker_and_the_loop_send_each_one_once(
    broker, work, start, tell, mail_server, all_ended
):
    told = tell(*["well"] * 80)
    for _ in range(10):
        dispatch_due.delay()
    start("loop", **AT_LEISURE)
    for _ in range(2):
        start("beat", broker.url)
    work()
    assert all_ended() == {"ACCEPTED": 80}
    assert mail_server.copies == dict.fromkeys(told, 1)


def test_beat_and_a_worker_send_what_falls_due_by_itself(
    broker, work, start, tell, accepted, mail_server, until
):
    start("beat", broker.url)
    until(lambda: {"reminders", "watch"} <= heartbeats.heard().keys())  # no worker has spoken
    work()
    celery._rest_until["nudges"] = time.monotonic() + 60  # no nudge tells them
    tell("well")
    accepted(1)
    assert len(mail_server.received) == 1
