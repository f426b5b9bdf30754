"""What is open today, for calendars, other services and a phone without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_page
from django.views.decorators.http import require_safe

from activities import feeds
from activities.laying_out import DAY, midnight
from activities.models import Session

if TYPE_CHECKING:
    from datetime import datetime

    from activities.models import Activity
    from activities.models.sessions import SessionQuerySet
    from portal.http import PortalRequest

KEPT = 30  # seconds
MOST = 2_000  # as many as on the fullest day


def sessions_today(now: datetime) -> SessionQuerySet:
    """Return every session of today; a cancelled one too, for those who have copied it."""
    today = timezone.localdate(now)
    within = Session.objects.public().between(midnight(today), midnight(today + DAY))
    return within.select_related("activity__place", "activity__organiser").order_by(
        "starts_at", "pk"
    )[:MOST]


@login_not_required
@require_safe
@cache_page(KEPT, cache="pages")
def today_calendar(request: PortalRequest) -> HttpResponse:
    now = timezone.now()

    def address(activity: Activity) -> str:
        return request.build_absolute_uri(activity.get_absolute_url())

    ics = feeds.calendar(sessions_today(now), host=request.get_host(), address=address, now=now)
    return HttpResponse(ics, content_type="text/calendar; charset=utf-8")


@login_not_required
@require_safe
@cache_page(KEPT, cache="pages")
def today_data(request: PortalRequest) -> HttpResponse:
    def address(activity: Activity) -> str:
        return request.build_absolute_uri(activity.get_absolute_url())

    now = timezone.now()
    graph = feeds.events(sessions_today(now), address=address, today=timezone.localdate(now))
    return JsonResponse(graph, content_type="application/ld+json; charset=utf-8")


@login_not_required
@require_safe
def worker(_request: PortalRequest) -> HttpResponse:
    """Hand out the worker that keeps the last public board; its address is all that it rules."""
    script = (settings.BASE_DIR / "static" / "js" / "worker.js").read_bytes()
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)
