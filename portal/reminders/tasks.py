"""Shells for Celery: any number may run at once, since rows are claimed."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

from celery import shared_task
from django.conf import settings

from portal.celery import nudge
from portal.reminders.operations import heartbeats
from portal.reminders.sending import dispatcher

if TYPE_CHECKING:
    from celery import Task

log = logging.getLogger(__name__)


@shared_task
def dispatch_now() -> None:
    """Look at once, after a change that somebody must hear of."""
    _dispatch(dispatch_now, "now")


@shared_task
def dispatch_due() -> None:
    """Look because time has passed."""
    _dispatch(dispatch_due, "reminders")


def _dispatch(task: Task[[], None], queue: str) -> None:
    """Make a pass; when its time was up before the rows were, ask for another at once."""
    heartbeats.beat(queue)
    until = time.monotonic() + settings.REMINDER_PASS
    counts = dispatcher.run()
    if time.monotonic() > until:
        nudge(task)
    if counts["claimed"]:
        log.info("reminders %s", json.dumps(counts))
