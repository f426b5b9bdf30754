"""End a worker that has stopped taking work, so that its supervisor starts it anew.

Judged by the effect (celery #8030): messages wait in a queue of ours, the broker answers, and for
three times as long as any task may last we have taken nothing. What is due leaves by the loop all
the while; this is for the queues.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from celery.signals import task_received, worker_ready
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Collection

    from celery import Celery

log = logging.getLogger(__name__)
WAITS = 180.0  # seconds without taking anything while something waits
LOOKS = 15.0  # seconds between two looks
GOES = 90.0  # seconds to end in, as asked; then without being asked
_last = {"taken": 0.0}  # monotonic, of this process


def install() -> None:
    """Watch in every worker's first process, from when it is ready."""
    task_received.connect(_took)
    worker_ready.connect(_begin)


def _took(**_: object) -> None:
    _last["taken"] = time.monotonic()


def _begin(sender: Any, **_: object) -> None:
    _took()
    queues = list(sender.app.amqp.queues.consume_from)
    threading.Thread(target=_watch, args=(sender.app, queues), daemon=True).start()


def _watch(app: Celery, queues: Collection[str]) -> None:
    waiting_since: float | None = None
    while True:
        time.sleep(min(LOOKS, WAITS / 4))
        now = time.monotonic()
        if not something_waits(app.conf.broker_url, queues):
            waiting_since = None
            continue
        waiting_since = waiting_since or now
        if now - max(waiting_since, _last["taken"]) > WAITS:
            log.error("worker takes nothing from %s: it ends, to be started anew", ",".join(queues))
            _end()


def something_waits(url: str, queues: Collection[str]) -> bool:
    """Answer whether there is work for us; a broker that is away has none."""
    line = Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    try:
        return any(int(line.llen(queue)) for queue in queues)
    except RedisError:
        return False
    finally:
        line.close()


def _end() -> None:
    """Ask this process to end as a supervisor would, and make sure that it does."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GOES)
    os._exit(1)
