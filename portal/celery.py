"""Celery behind one module: PostgreSQL remembers what is due, a worker is only nudged.

Losing the broker loses nothing, so tasks keep no state: they take row ids, or nothing at all.
"""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings
from django.db import transaction
from kombu import Queue
from kombu.exceptions import OperationalError

from portal import belt, broker, watchdog

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery import Task

log = logging.getLogger(__name__)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

REST_AFTER_FAILURE = 30  # seconds without a nudge when the broker is away
_rest_until = {"nudges": 0.0}  # monotonic; a process forgets it, which costs one failed try

when_swallowed: list[Callable[[], None]] = []  # who counts what never reached the broker

app = Celery("portal", broker=settings.REDIS_URL)
app.set_default()  # for every thread: @shared_task finds this app and no other
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    enable_utc=True,
    # Urgent first: each queue has a worker that listens to nothing else.
    task_queues=[Queue("now"), Queue("reminders"), Queue("bulk")],
    task_default_queue="bulk",
    task_create_missing_queues=False,
    task_routes={
        "portal.reminders.tasks.dispatch_now": {"queue": "now"},
        "portal.reminders.tasks.dispatch_due": {"queue": "reminders"},
    },
    # What a killed worker had begun is begun again, by another (docs/decisions/0034). Not where a
    # task ends its own process: that one would come back for ever, and beat asks again anyway.
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    # The limits act in the prefork pool only, and leave room for a look-up and a call of 10 s.
    task_soft_time_limit=50,
    task_time_limit=60,
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=300_000,  # kB
    worker_soft_shutdown_timeout=20,
    # A send that is cut off is an unknown outcome: better to let it end.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
    beat_scheduler="celery.beat:Scheduler",  # no file that forgets: the schedule is below
)


@setup_logging.connect
def keep_logging(**_: object) -> None:
    """Take the place of Celery's own set-up: log lines keep to portal/logs.py."""


broker.install()
watchdog.install()
worker_init.connect(belt.refuse_to_start)
beat_init.connect(belt.refuse_to_start)


def every(seconds: float, task: str) -> dict[str, object]:
    """Return a line of the schedule; local-time rules live in our own code, never here."""
    return {"task": task, "schedule": float(seconds)}


# In clock order, the most frequent first; without `expires`, which the worker's clock judges.
app.conf.beat_schedule = {
    "urgent reminders": every(settings.REMINDER_TICK, "portal.reminders.tasks.dispatch_now"),
    "reminders": every(settings.REMINDER_TICK, "portal.reminders.tasks.dispatch_due"),
    "figures": every(30, "portal.pages.overview.tasks.count_figures"),
    "what is late": every(60, "portal.tasks.watch_reminders"),
    "seals of the log": every(60, "portal.tasks.seal_log"),
    "places in line": every(60, "activities.tasks.pass_on_places"),
    "company nobody answered": every(60, "activities.tasks.look_after_company"),
    "what sign-in leaves": every(60, "portal.tasks.purge_sign_in"),
    "reminders nobody planned": every(600, "portal.tasks.sweep_reminders"),
    "reminders without an outcome": every(1800, "portal.tasks.reconcile_reminders"),  # at night
    "access against its rule": every(1800, "portal.tasks.check_access"),  # acts at night
    "log before its reviewer": every(1800, "portal.pages.log.tasks.review_log"),  # acts at night
    "old reminders": every(1800, "portal.tasks.move_old_reminders"),  # acts at night
    "months of the log": every(3600, "portal.tasks.make_log_months"),
    "what two have decided": every(3600, "portal.pages.retention.tasks.carry_out_disposals"),
    "old drafts": every(3600, "portal.tasks.purge_drafts"),
    "sessions": every(3600, "activities.tasks.lay_out_sessions"),
}
app.autodiscover_tasks()


def nudge(task: Task[..., object], *ids: int) -> None:
    """Ask a worker to look as soon as the transaction has committed; beat asks anyway."""
    transaction.on_commit(partial(_publish, task, ids), robust=True)


def _publish(task: Task[..., object], ids: tuple[int, ...]) -> None:
    if time.monotonic() < _rest_until["nudges"]:
        return
    try:
        task.apply_async(args=ids)
    except OperationalError:
        _rest_until["nudges"] = time.monotonic() + REST_AFTER_FAILURE
        log.warning("broker away, no nudge for %s s", REST_AFTER_FAILURE)
        for count in when_swallowed:
            count()
