from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from participants.filters import QUIET
from portal import audit
from portal.http import page_of
from portal.models import AuditAct, InfoType
from portal.pages.overview import export, figures, pictures
from portal.pages.overview.models import Counting, Measure, MonthFigures
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from portal.http import PortalRequest

PAGE = 50
LAST_PAGE = 200
YEAR = relativedelta(months=12)
STALE = timedelta(minutes=2)


MOST_CROWDED = _("The most crowded first")


@dataclass(frozen=True)
class Choice:
    """Which guides to show, and what they are ordered by beside how crowded they are."""

    label: _StrOrPromise
    condition: Q
    order: tuple[str, ...] = ()
    caption: _StrOrPromise = MOST_CROWDED
    silence: timedelta = QUIET


NO_CONTACT_14, NO_CONTACT_30 = _("No contact for 14 days"), _("No contact for 30 days")
MOST_SILENT = _("Those with the most people without contact first")
CHOICES = {
    "": Choice(_("Everybody"), Q()),
    "over": Choice(_("Over the limit"), Q(over__gt=0)),
    "utan-steg": Choice(
        _("Without a next step"),
        Q(without_step__gt=0),
        ("-without_step",),
        _("Those with the most people without a next step first"),
    ),
    "tysta": Choice(NO_CONTACT_14, Q(silent__gt=0), ("-silent",), MOST_SILENT),
    "tysta-30": Choice(
        NO_CONTACT_30, Q(silent__gt=0), ("-silent",), MOST_SILENT, figures.LONG_QUIET
    ),
    "slutat": Choice(_("Has left"), Q(has_left=True)),
}


@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.OVERVIEW_VIEW)
    today = timezone.localdate()
    waiting = figures.waiting(request.actor, today)
    if waiting.rows:
        audit.record(
            AuditAct.LIST,
            "overview",
            by=request.actor,
            participants=[person.pk for person, _days in waiting.rows],
            info_types=[InfoType.CONTACT],
        )
    caseloads = figures.caseloads(request.actor)
    places = figures.places(request.actor, today)
    quiet, long_quiet = figures.silence(request.actor, today)
    context = {
        "handovers": figures.late_handovers(request.actor, today),
        "caseloads": caseloads,
        "chart": pictures.persons_per_guide(caseloads),
        "waiting": waiting,
        "quiet": quiet,
        "long_quiet": long_quiet,
        "work": places[Measure.WORK],
        "places": pictures.places(places),
        "week": pictures.week(figures.open_hours(today)),
        "today": today,
        **freshness(),
    }
    return render(request, "overview/overview.html", context)


def freshness() -> dict[str, object]:
    """Return when the figures were counted, and whether that is too long ago."""
    counting = Counting.objects.first()
    counted_at = counting.counted_at if counting else None
    is_stale = counted_at is not None and timezone.now() - counted_at > STALE
    return {"counted_at": counted_at, "is_stale": is_stale}


@require_safe
def guide_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.OVERVIEW_VIEW)
    today = timezone.localdate()
    page = page_of(request, LAST_PAGE)
    chosen = request.GET.get("visa", "")
    choice = CHOICES.get(chosen, CHOICES[""])
    silent_since = today - choice.silence
    found = figures.with_silence(figures.guides(request.actor), silent_since)
    found = found.filter(choice.condition)
    found = found.order_by(*choice.order, *found.query.order_by)
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    audit.record(AuditAct.LIST, "overview_guides", by=request.actor)
    context = {
        "guides": rows[:PAGE],
        "page": page,
        "has_next": len(rows) > PAGE,
        "chosen": chosen,
        "caption": choice.caption,
        "quiet_label": NO_CONTACT_14 if choice.silence == QUIET else NO_CONTACT_30,
        "choices": {code: one.label for code, one in CHOICES.items()},
        **freshness(),
    }
    return render(request, "overview/guide_list.html", context)


@require_safe
def figures_export(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.OVERVIEW_EXPORT)
    today = timezone.localdate()
    since = today.replace(day=1) - YEAR
    rows = MonthFigures.objects.visible_to(request.actor).filter(month__range=(since, today))
    audit.record(AuditAct.EXPORT, "figures", by=request.actor)
    return HttpResponse(
        export.as_csv(rows.oldest_first()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="laget-{today}.csv"'},
    )
