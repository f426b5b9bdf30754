"""*Dagens pass*: the sessions of the own unit, opened and closed by a tap, cancelled by three."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import door, notifications
from activities.forms.door import CancelForm
from activities.laying_out import DAY
from activities.models import CancelReason, Session
from activities.services import sessions
from activities.views.door import note_shown, run_session
from participants.models import Participant
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.http import HttpResponse

    from portal.http import PortalRequest

AHEAD = timedelta(weeks=8)
MOST = 50  # sessions of one unit on one day
NAMES = 20  # on the page that says who will be told
OTHERS = 10


@require_safe
def session_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SESSION_RUN)
    now = timezone.now()
    today = timezone.localdate(now)
    day = asked_day(request.GET.get("dag", ""), today)
    own = (
        Session.objects.run_by(request.actor)
        .on_day(day, now=now)
        .select_related("activity__place")
        .order_by("starts_at", "pk")[:MOST]
    )
    numbers = door.numbers(own, actor=request.actor)
    context = {
        "sessions": [(one, one.state(now), numbers[one.pk]) for one in own],
        "day": day,
        "today": today,
        "earlier": day - DAY if day > today else None,
        "later": day + DAY if day < today + AHEAD else None,
    }
    return render(request, "activities/session_list.html", context)


def asked_day(written: str, today: date) -> date:
    """Return the day in the address, from today to eight weeks ahead; else today."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return today
    return day if today <= day <= today + AHEAD else today


@require_POST
def session_open(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    try:
        sessions.open_session(session=session, by=request.actor, now=timezone.now())
    except (sessions.SessionCancelled, sessions.SessionOver):
        messages.info(request, _("That session is over or cancelled."))
    return redirect("activities:session_door", session_id)


@require_POST
def session_close(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    try:
        sessions.close_session(session=session, by=request.actor, now=timezone.now())
    except (sessions.SessionCancelled, sessions.SessionOver):
        messages.info(request, _("That session is over or cancelled."))
    return redirect("activities:session_door", session_id)


@require_http_methods(["GET", "POST"])
def session_cancel(request: PortalRequest, session_id: int) -> HttpResponse:
    session, now = run_session(request, session_id), timezone.now()
    told = notifications.coming([session.pk]).get(session.pk, {})
    posted = request.POST if request.method == "POST" else None
    form = CancelForm(posted, told=len(told), others=open_instead(session, now))
    if not form.is_valid():
        return show_cancel(request, session, form, told)
    try:
        sessions.cancel_session(
            session=session,
            by=request.actor,
            now=now,
            reason=CancelReason(form.cleaned_data["reason"]),
            instead=form.cleaned_data["instead"],
        )
    except (sessions.SessionCancelled, sessions.SessionOver):
        messages.info(request, _("That session is over or cancelled."))
    return redirect("activities:session_door", session_id)


def show_cancel(
    request: PortalRequest, session: Session, form: CancelForm, told: Collection[int]
) -> HttpResponse:
    """Show the exact message and who gets it: by name those whom the leader may see."""
    within = Participant.objects.visible_to(request.actor).filter(pk__in=told)
    named = list(within.order_by("sort_key", "pk")[:NAMES])
    note_shown(request, session, [person.pk for person in named])
    context = {
        "session": session,
        "form": form,
        "told": len(told),
        "named": named,
        "unnamed": len(told) - len(named),
        "message": notifications.cancelled_message(session),
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/session_cancel.html", context, status=status)


@require_POST
def session_restore(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    try:
        sessions.restore_session(session=session, by=request.actor, now=timezone.now())
    except sessions.TooLateToRestore:
        messages.warning(request, _("It can be taken back within ten minutes. Ring them instead."))
    else:
        messages.success(request, _("It is on again. Whoever was told is told so."))
    return redirect("activities:session_door", session_id)


def open_instead(session: Session, now: datetime) -> list[Session]:
    """Return what is open to anybody at some time while the cancelled one would have been."""
    return list(
        Session.objects.held()
        .walk_in()
        .filter(starts_at__lt=session.ends_at, ends_at__gt=max(session.starts_at, now))
        .filter(closed_at=None)
        .exclude(activity=session.activity_id)
        .select_related("activity")
        .order_by("starts_at", "pk")[:OTHERS]
    )
