"""Answer `/metrics` for Prometheus: how the reminders and the log fare, and nothing about anybody.

Everything is read from the database as it is asked for, so any process gives the same answer and
no counts have to be shared. Labels are kinds, ways and states. Only for who knows `METRICS_TOKEN`.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotFound
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from portal import audit
from portal.context import Purpose, as_system
from portal.reminders.models import OPEN
from portal.reminders.operations import figures, heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from prometheus_client.metrics_core import Metric

DAY = timedelta(days=1)
LABELS = ["kind", "channel", "gateway", "status"]


def answer(request: HttpRequest) -> HttpResponse:
    """Return the figures, or 404 to whoever has no token: also where none is set."""
    told = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not compare_digest(told, wanted):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Portal())
    try:
        body = generate_latest(registry)
    except DatabaseError:
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse(
        body, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


class Portal(Collector):
    """What is open now, what ended in the last day, and when each part was last heard."""

    def describe(self) -> list[Metric]:
        return []  # asked for when it is registered: nothing is read for that

    def collect(self) -> Iterator[Metric]:
        with as_system(Purpose.REMINDERS):
            rows = figures.rows(timezone.now() - DAY)
            oldest = figures.oldest_due()
        yield from _reminders(rows)
        age = oldest.late.total_seconds() if oldest else 0.0
        yield _one("portal_reminders_oldest_due_seconds", "Wait of the oldest due reminder", age)
        yield from _heartbeats()
        wrong = 1.0 if audit.alarm() else 0.0
        yield _one("portal_log_alarm", "1 while lines of the log wait too long for a seal", wrong)


def _reminders(rows: list[figures.Row]) -> Iterator[Metric]:
    due, held, ended, late, repeats = (
        GaugeMetricFamily(f"portal_reminders_{name}", what, labels=LABELS)
        for name, what in (
            ("due", "Reminders that are due now"),
            ("open", "Reminders that wait or are being sent"),
            ("ended_last_day", "Reminders that ended in the last 24 hours"),
            ("late_last_day", "Of those: sent over two minutes after their time"),
            ("repeats", "Reminders sent once more, since nobody knew, open or of the last day"),
        )
    )
    reasons = GaugeMetricFamily(
        "portal_reminders_reasons", "Why reminders were not sent", labels=[*LABELS, "reason"]
    )
    for row in rows:
        labels = [row.kind, row.channel, row.gateway, row.status]
        (held if row.status in OPEN else ended).add_metric(labels, row.number)
        for family, count in ((due, row.due), (late, row.late), (repeats, row.repeats)):
            if count:
                family.add_metric(labels, count)
        if row.reason:
            reasons.add_metric([*labels, row.reason], row.number)
    yield from (due, held, ended, late, repeats, reasons)


def _heartbeats() -> Iterator[Metric]:
    name = "portal_heartbeat_age_seconds"
    ages = GaugeMetricFamily(name, "Since each part was last heard", labels=["part"])
    counts = GaugeMetricFamily(
        "portal_heartbeat_counts", "What a part counted last", labels=["part", "what"]
    )
    for part, (silent, counted) in heartbeats.heard().items():
        ages.add_metric([part], silent.total_seconds())
        for what, number in counted.items():
            counts.add_metric([part, what], float(str(number)))
    yield from (ages, counts)


def _one(name: str, what: str, number: float) -> Metric:
    family = GaugeMetricFamily(name, what)
    family.add_metric([], number)
    return family
