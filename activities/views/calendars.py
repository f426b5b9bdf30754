"""A person's own times in their own calendar: the page that hands out the address, and the feed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit  # the public one counts no GET
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import feeds, week
from activities.laying_out import DAY
from activities.models import CalendarAddress
from activities.services import calendars
from activities.views.today import myself
from participants.models import Participant, Step
from portal import context
from portal.actor import Actor
from portal.permissions import Assurance, Permission, authorize

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from portal.http import PortalRequest

AHEAD = 28  # days
TOO_MANY = 429


def owner(request: PortalRequest) -> Participant:
    """Return the person who is signed in, surely: an address lasts longer than a code."""
    authorize(request.actor, Permission.CALENDAR_EDIT)
    person = myself(request)
    if person is None:
        raise Http404
    return person


@require_safe
def my_calendar(request: PortalRequest) -> HttpResponse:
    return shown(request, owner(request))


@require_POST
def my_calendar_make(request: PortalRequest) -> HttpResponse:
    person = owner(request)
    try:
        secret = calendars.make(participant=person, by=request.actor)
    except calendars.IsProtected:
        messages.error(request, _("This is closed for you, to keep you safe. Ask your contact."))
        return redirect("activities:my_calendar")
    path = reverse("activities:calendar", args=[secret])
    return shown(request, person, made=request.build_absolute_uri(path))


@require_POST
def my_calendar_end(request: PortalRequest) -> HttpResponse:
    calendars.take_back(participant=owner(request), by=request.actor)
    messages.success(request, _("The address has stopped working."))
    return redirect("activities:my_calendar")


def shown(request: PortalRequest, person: Participant, **more: Any) -> HttpResponse:
    """Show whether there is an address; the address itself only in the answer that made it."""
    address = CalendarAddress.objects.working().filter(user=request.actor.user).first()
    about = {"address": address, "person": person, "today": timezone.localdate(), **more}
    return render(request, "activities/my_calendar.html", about)


@login_not_required
@never_cache
@require_safe
def calendar(request: PortalRequest, secret: str) -> HttpResponse:
    """Answer a calendar. Outside the page's transaction, so that a failed try is counted."""
    if not may_ask(request, "calendar"):
        return HttpResponse(status=TOO_MANY)
    address = calendars.opened_by(secret)
    if address is None:
        raise Http404
    if not may_ask(request, "calendar_address", key=str(address.pk)):
        return HttpResponse(status=TOO_MANY)
    ics = read(address, timezone.now())
    return HttpResponse(ics, content_type="text/calendar; charset=utf-8")


def may_ask(request: PortalRequest, action: str, key: str | None = None) -> bool:
    """Count a question, in PostgreSQL and whatever becomes of it."""
    rates = settings.ACCOUNT_RATE_LIMITS
    counted = ratelimit.consume(
        request, app="portal", action=action, config=rates, key=key, limit_get=True
    )
    return counted is not None


@transaction.atomic
def read(address: CalendarAddress, now: datetime) -> bytes:
    """Return an account's own times, as whoever holds only a code or a card may see them."""
    actor = Actor(address.user, purpose="", assurance=Assurance.LIMITED)
    context.act_as(actor)
    found = Participant.objects.visible_to(actor).filter(user=address.user, protection=0).first()
    if found is None:
        raise Http404
    today = timezone.localdate(now)
    calendars.note_read(address=address, participant=found, by=actor, on=today)
    own = week.of(found, actor=actor, now=now, days=AHEAD)
    meant = (entry.session for entry in own.entries)
    sessions = [one for one in meant if one and own.comes_to(one)]
    # The day of a step, and nothing that is said in it: the plan itself is not for a machine.
    steps = (
        Step.objects.visible_to(replace(actor, assurance=Assurance.FULL))
        .open()
        .filter(participant=found, due_on__range=(today, today + AHEAD * DAY))
        .order_by("due_on", "pk")
    )[: week.MOST]
    days = {step: day for step, day in steps.values_list("public_id", "due_on") if day}
    return feeds.personal(sessions, days, address=bytes(address.secret), now=now)
