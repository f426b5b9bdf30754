"""*Vem har tittat*: the log as the person reads it, and a way to say that something looks wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.views.mine import myself
from participants.views.showing import bound, show
from portal import drafts
from portal.pages.log import reading, services, wording
from portal.pages.log.forms import ReportForm
from portal.pages.log.models import Finding
from portal.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest
    from portal.pages.log.reading import Look
    from portal.pages.log.wording import Told

DAYS = timedelta(days=90)
ROWS = 40  # on a page; a day is never cut in two
MOST = 400  # kinds of looks in a page's days: far more than anybody has had
REPORTS = 5


@require_safe
def who_looked(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.LOG_READ)
    today = timezone.localdate()
    until = asked_day(request.GET.get("fore", "")) or today + timedelta(days=1)
    since = until - DAYS
    found = reading.looks(
        person, by=request.actor, since=midnight(since), until=midnight(until), most=MOST
    )
    others = [one for one in found if not one.is_own]
    days, rest = cut(others)
    oldest = timezone.localdate(person.registered_at)
    return show(
        request,
        "log/who_looked.html",
        person,
        days=[(day, *parted(looks)) for day, looks in days],
        older=rest or (since if since > oldest else None),
        is_first=until > today,
        until=until - timedelta(days=1),
        reports=reports(request) if until > today else [],
        today=today,
    )


def cut(found: list[Look]) -> tuple[list[tuple[date, list[Look]]], date | None]:
    """Return whole days of about a page, and before which day the rest lies."""
    days: list[tuple[date, list[Look]]] = []
    rows = 0
    for day, looks in groupby(found, key=lambda one: one.day):
        if rows >= ROWS:
            return days, days[-1][0]
        days.append((day, list(looks)))
        rows += len(days[-1][1])
    return days, None


def parted(looks: list[Look]) -> tuple[list[Told], list[Told]]:
    """Return what was read and written about the person, and the lists they only stood in."""
    told = list(wording.told(looks))
    return [one for one in told if not one.is_list], [one for one in told if one.is_list]


def reports(request: PortalRequest) -> list[dict[str, Any]]:
    """Return what the person has asked about the log, and what has been answered."""
    mine = Finding.objects.visible_to(request.actor).order_by("-created_at", "-pk")
    return [
        {"on": one.on, "text": one.text, "latest": list(one.decisions.all())[-1:]}
        for one in mine.prefetch_related("decisions")[:REPORTS]
    ]


def asked_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@require_http_methods(["GET", "POST"])
def looks_wrong(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.LOG_READ)
    today = timezone.localdate()
    day = asked_day(request.GET.get("dag", "")) or today
    form = bound(request, ReportForm, today=today, initial={"on": day})
    if form.is_bound and form.is_valid():
        with form.sending():
            services.report(participant=person, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            messages.success(
                request,
                _("Thank you. We look at it within a week, and answer you here."),
            )
            return redirect(f"{reverse('log:who_looked')}#fragor")
    return asking(request, person, form)


def asking(request: PortalRequest, person: Participant, form: ReportForm) -> HttpResponse:
    return show(request, "log/looks_wrong.html", person, form=form)
