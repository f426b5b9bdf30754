"""What beat ticks: each run finds its own work, and a missed one does no harm."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from activities.services import checking_in, company, door_codes, guest_sign_ups, hours, line

log = logging.getLogger(__name__)


@shared_task
def lay_out_sessions() -> None:
    """Lay out the coming eight weeks; forget guests' names, unused codes, and who had company."""
    today = timezone.localdate()
    counts = hours.lay_out(today=today, now=timezone.now())
    forgotten = checking_in.forget_guests(today=today) + guest_sign_ups.forget(today=today)
    codes = door_codes.forget(today=today)
    company.forget()
    log.info("sessions: %s, forgotten: %d guests, %d codes", counts, forgotten, codes)


@shared_task
def pass_on_places() -> None:
    """Offer places that are free, or were not answered for, to those who wait in line."""
    counts = line.pass_on_all(now=timezone.now())
    if any(counts.values()):
        log.info("places in line: %s", counts)


@shared_task
def look_after_company() -> None:
    """Let a contact take over where nobody has said yes to going along."""
    counts = company.look_after(now=timezone.now())
    if any(counts.values()):
        log.info("company: %s", counts)
