"""Once an hour, carry out what has been decided: a shell for Celery."""

from __future__ import annotations

import json
import logging

from celery import shared_task

from portal.pages.retention import removing

log = logging.getLogger(__name__)


@shared_task
def carry_out_disposals() -> None:
    """Remove and hand over what two managers have decided, when its time has come."""
    log.info("disposals %s", json.dumps(removing.carry_out()))
