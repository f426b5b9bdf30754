"""The week on paper: for a wall, without names, and for a person's own pocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import paper, week
from activities.views.today import myself
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from portal.http import PortalRequest

# Whose printer it is, as the address says it.
OWN, SHARED = "egen", "delad"


@login_not_required
@require_safe
def week_paper(request: PortalRequest) -> HttpResponse:
    now = timezone.now()
    return sheet(request, "activities/week_paper.html", days=paper.public(now))


@require_safe
def my_week_paper(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SIGN_UP)
    person = myself(request)
    if person is None:
        raise Http404
    printer = request.GET.get("skrivare")
    if printer not in {OWN, SHARED}:
        return render(request, "activities/my_week_ask.html")
    now = timezone.now()
    own = week.of(person, actor=request.actor, now=now)
    audit.record(
        AuditAct.VIEW,
        "today",
        by=request.actor,
        participants=[person.pk],
        subject_id=person.pk,
        info_types=[InfoType.ACTIVITY, InfoType.PLAN],
    )
    is_shared = printer == SHARED
    days = paper.personal(own, now, times_only=is_shared)
    return sheet(request, "activities/my_week_paper.html", days=days, week=own, shared=is_shared)


def sheet(request: PortalRequest, template: str, **context: Any) -> HttpResponse:
    """Draw a sheet, with the way to what is true today."""
    board = request.build_absolute_uri(reverse("activities:today"))
    return render(request, template, {"today": timezone.localdate(), "board": board, **context})
