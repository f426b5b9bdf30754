"""Once a night: what the rules find in the days before, and on a new month its lots."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.pages.log import services
from portal.reminders import planning, times
from portal.tasks import LONG, NIGHT

log = logging.getLogger(__name__)
BACK = timedelta(days=3)  # nights without beat that are made up for


@shared_task
def review_log() -> None:
    """Put before the reviewer what is to be judged."""
    now = planning.database_time()
    if times.local(now).hour != NIGHT:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LONG)
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        hits = services.find_hits(
            since=midnight - BACK, until=midnight, many=settings.PORTAL_LOG_MANY
        )
        month = times.local(now).date().replace(day=1) - relativedelta(months=1)
        drawn = services.draw_sample(month=month, per_unit=settings.PORTAL_LOG_SAMPLE)
    log.info("log review: %s found by rules, %s drawn", hits, drawn)
