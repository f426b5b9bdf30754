"""The house-keeping that belongs to no subject: shells for Celery."""

from __future__ import annotations

import json
import logging

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from portal import audit, drafts
from portal.reminders import planning, times
from portal.reminders.operations import heartbeats, keeping, reconciling, watching
from portal.sign_in import codes

log = logging.getLogger(__name__)
NIGHT = 3  # the local hour of heavy look-ups
MONTHS_AHEAD = relativedelta(months=24)
MOVING = 40  # seconds of a night for old reminders; the next night goes on
LONG = "SET LOCAL statement_timeout = '50s'"  # the role's own limit is for pages


@shared_task
def sweep_reminders() -> None:
    """Plan what no transaction has planned."""
    log.info("reminders looked for %s", json.dumps(planning.sweep()))


@shared_task
def watch_reminders() -> None:
    """Raise the alarm when something due has waited too long."""
    heartbeats.beat("bulk")
    watching.watch()


@shared_task
def reconcile_reminders() -> None:
    """Name what was due and has no outcome, once a night."""
    if times.local(planning.database_time()).hour == NIGHT:
        reconciling.at_night()


@shared_task
def purge_drafts() -> None:
    """Delete what was typed and never come back for."""
    log.info("drafts purged %s", drafts.purge())


@shared_task
def seal_log() -> None:
    """Seal what is new in the log; what waits too long for a seal is an alarm."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LONG)
        log.info("log sealed %s", audit.seal())
    if wrong := audit.alarm():
        log.error("log alarm %s", wrong)


@shared_task
def make_log_months() -> None:
    """Make the partitions of the log long before a line needs them."""
    log.info("log months made %s", audit.make_months(timezone.localdate() + MONTHS_AHEAD))


@shared_task
def purge_sign_in() -> None:
    """Delete what sign-in has left behind: old sessions, old codes, and counts that have ended."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < now()")
        counts = cursor.rowcount
    call_command("clearsessions")
    log.info("sign-in purged: %s codes, %s counts", codes.purge(), counts)


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


@shared_task
def move_old_reminders() -> None:
    """Move what was sent long ago out of the way of what is due."""
    if times.local(planning.database_time()).hour == NIGHT:
        log.info("old reminders moved %s", keeping.move_old(MOVING))
