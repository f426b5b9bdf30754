"""Each minute: is anything late, or silent? An alarm in the log, and a sign to somebody outside.

The same answer stands on the page, in `/readyz` and in `/metrics`, which ask for it themselves: a
watch that has died is seen there too.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.context import Purpose, as_system
from portal.reminders.operations import figures, heartbeats

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)
logger = structlog.get_logger(__name__)
TOO_LATE = timedelta(minutes=5)
SILENT = timedelta(minutes=5)
SILENT_NIGHT = timedelta(
    hours=30
)  # it comes once a night; that it ever shall begins with the watch
CONNECT, WHOLE = 2.0, 3.0  # seconds that a sign to the outside may take
NO_DISPATCHER = _("Nobody looks for messages that are due. Tell those who run the portal.")
NO_WATCH = _("Nothing is done in the background. Tell those who run the portal.")
NO_NIGHT = _("Last night nobody looked for what was left. Tell those who run the portal.")


def state() -> str:
    """Return `ok`, `late` when something due has waited too long, or `silent` when nobody looks."""
    with as_system(Purpose.REMINDERS):
        oldest = figures.oldest_due()
    if oldest and oldest.late > TOO_LATE:
        return "late"
    return "silent" if silent_parts() else "ok"


def silent_parts() -> list[StrOrPromise]:
    """Return a sentence for each part that has not been heard for too long."""
    silences = {name: silent for name, (silent, _counts) in heartbeats.heard().items()}
    looked = min(silences.get(name, timedelta.max) for name in heartbeats.DISPATCHERS)
    parts: list[StrOrPromise] = [NO_DISPATCHER] if looked > SILENT else []
    if silences.get("watch", timedelta.max) > SILENT:
        parts.append(NO_WATCH)
    if silences.get("night", timedelta()) > SILENT_NIGHT:
        parts.append(NO_NIGHT)
    return parts


def watch() -> bool:
    """Look once, raise the alarm if need be, and tell the outside; return whether all is well."""
    with as_system(Purpose.REMINDERS):
        oldest = figures.oldest_due()
    late = oldest.late if oldest else timedelta()
    if oldest and late > TOO_LATE:
        logger.error("reminders_late", **oldest.line)
    heartbeats.beat("watch", {"late": int(late.total_seconds())})
    heartbeats.begin("night")
    silent = silent_parts()
    for part in silent:
        log.error("reminders silent: %s", part)
    is_well = late <= TOO_LATE and not silent
    ping("" if is_well else "/fail")
    return is_well


def ping(how: str) -> None:
    """Tell a service outside that we are alive (it tells somebody when we are silent), or ill.

    Not inside a transaction, without a word about anything, and only to a host that is named.
    """
    parts = urlsplit(settings.PING_URL)
    if parts.hostname not in settings.PING_HOSTS:
        return
    try:
        httpx.get(
            settings.PING_URL.rstrip("/") + how,
            timeout=httpx.Timeout(WHOLE, connect=CONNECT),
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        log.warning("no sign to the outside: %s", type(error).__name__)
