"""Answer `/healthz`, `/readyz` and `/metrics` before anything else looks at the request.

First of all middleware, so that a balancer may ask by address and over plain http, and a dead
database or broker shuts nothing that still works (reliability.md 7).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import audit, metrics
from portal.reminders.operations import watching

if TYPE_CHECKING:
    from collections.abc import Callable


def answer(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer the paths of those who watch; pass everything else on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return readyz()
        if request.path == "/metrics":
            return metrics.answer(request)
        return get_response(request)

    return middleware


def readyz() -> JsonResponse:
    """Return 503 without database or migrations; a broker that is away only degrades."""
    migrations = _migrations()
    parts = {
        "database": "down" if migrations is None else "ok",
        "migrations": {None: "unknown", True: "ok", False: "missing"}[migrations],
        "broker": _broker(),
        "log": _log() if migrations else "unknown",
        "reminders": _reminders() if migrations else "unknown",
    }
    return JsonResponse(
        parts, status=200 if migrations else 503, headers={"Cache-Control": "no-store"}
    )


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """Return every migration that this code needs: read from disk once per process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _migrations() -> bool | None:
    """Return whether all are applied, or None when the database does not answer.

    A database that is ahead is fine: old code runs while a new schema goes in.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return None
    return _shipped() <= applied.keys()


def _log() -> str:
    """Degraded while lines wait too long for a seal, or the months to come are not made."""
    try:
        return "degraded" if audit.alarm() else "ok"
    except DatabaseError:
        return "unknown"


def _reminders() -> str:
    """Late while something due has waited for five minutes, silent while nobody looks."""
    try:
        return watching.state()
    except DatabaseError:
        return "unknown"


def _broker() -> str:
    broker = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        broker.ping()
    except RedisError:
        return "degraded"
    finally:
        broker.close()
    return "ok"
