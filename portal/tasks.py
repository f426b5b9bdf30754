"""The house-keeping that belongs to no subject: shells for Celery."""

from __future__ import annotations

import json
import logging

from celery import shared_task
from django.db import connection, transaction

from portal import drafts
from portal.reminders import planning, times

log = logging.getLogger(__name__)
NIGHT = 3  # the local hour of heavy look-ups
LONG = "SET LOCAL statement_timeout = '50s'"  # the role's own limit is for pages


@shared_task
def sweep_reminders() -> None:
    """Plan what no transaction has planned."""
    log.info("reminders looked for %s", json.dumps(planning.sweep()))


@shared_task
def purge_drafts() -> None:
    """Delete what was typed and never come back for."""
    log.info("drafts purged %s", drafts.purge())


@shared_task
def check_access() -> None:
    """Compare what is derived with what it is derived from: a difference is a missing trigger."""
    if times.local(planning.database_time()).hour != NIGHT:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LONG)
        cursor.execute("SELECT access_differences(), caseload_differences()")
        found = dict(zip(("access", "caseload"), cursor.fetchone(), strict=True))
    level = logging.ERROR if any(found.values()) else logging.INFO
    log.log(level, "differences %s", json.dumps(found))
