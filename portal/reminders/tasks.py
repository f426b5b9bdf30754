"""Shells for Celery: any number may run at once, since rows are claimed."""

from __future__ import annotations

import json
import logging

from celery import shared_task

from portal.reminders import dispatcher

log = logging.getLogger(__name__)


@shared_task
def dispatch_now() -> None:
    """Look at once, after a change that somebody must hear of."""
    _dispatch()


@shared_task
def dispatch_due() -> None:
    """Look because time has passed."""
    _dispatch()


def _dispatch() -> None:
    counts = dispatcher.run()
    if counts["claimed"]:
        log.info("reminders %s", json.dumps(counts))
