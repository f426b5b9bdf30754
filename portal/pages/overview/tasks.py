"""Twice a minute, so that no figure is older than one: a shell for Celery."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from portal.pages.overview import counting

log = logging.getLogger(__name__)


@shared_task
def count_figures() -> None:
    """Count what has changed."""
    log.info("figures counted: %s", counting.count(today=timezone.localdate()))
