"""*Dagens pass*: the sessions of the own unit, opened and closed by a tap, cancelled by three."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import conflicts, door, expecting, reaching, week_at_the_door
from activities.forms.door import CancelForm
from activities.laying_out import DAY
from activities.models import CancelReason, Session
from activities.notifications.sessions import SESSION_CANCELLED, cancelled_message
from activities.services import sessions
from activities.views.door import note_shown, run_session
from participants.models import Participant
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.http import HttpResponse

    from activities.reaching import Reached
    from portal.http import PortalRequest

AHEAD = timedelta(weeks=8)
WEEK = timedelta(weeks=1)
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
        "sessions": [(one, one.state(now), numbers[one.pk], now < one.starts_at) for one in own],
        "conflicts": conflicts.unsolved(request.actor, now=now),
        "day": day,
        "today": today,
        "earlier": day - DAY if day > today else None,
        "later": day + DAY if day < today + AHEAD else None,
    }
    return render(request, "activities/session_list.html", context)


@require_safe
def session_week(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SESSION_RUN)
    now = timezone.now()
    this = week_at_the_door.monday_of(timezone.localdate(now))
    first = this - week_at_the_door.WEEKS_BACK * WEEK
    last = this + week_at_the_door.WEEKS_AHEAD * WEEK
    asked = asked_date(request.GET.get("vecka", ""))
    monday = min(max(week_at_the_door.monday_of(asked), first), last) if asked else this
    lines = week_at_the_door.of(request.actor, monday, now=now)
    context = {
        "lines": lines,
        "in_all": week_at_the_door.in_all(lines),
        "monday": monday,
        "sunday": monday + 6 * DAY,
        "number": monday.isocalendar().week,
        "earlier": monday - WEEK if monday > first else None,
        "later": monday + WEEK if monday < last else None,
        "unit": request.actor.membership and request.actor.membership.unit,
    }
    return render(request, "activities/session_week.html", context)


def asked_date(written: str) -> date | None:
    """Return the day in the address, if it is one."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def asked_day(written: str, today: date) -> date:
    """Return the day in the address, from today to eight weeks ahead; else today."""
    day = asked_date(written)
    return day if day and today <= day <= today + AHEAD else today


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
    except sessions.SessionNotBegun:
        messages.warning(
            request, _("It has not begun yet. If it will not happen: cancel it, and we tell them.")
        )
    return redirect("activities:session_door", session_id)


@require_http_methods(["GET", "POST"])
def session_cancel(request: PortalRequest, session_id: int) -> HttpResponse:
    session, now = run_session(request, session_id), timezone.now()
    reach = reaching.of(expecting.concerned([session.pk]).get(session.pk, {}), SESSION_CANCELLED)
    posted = request.POST if request.method == "POST" else None
    written_to = len(reach.by_message) + len(without_account(session))
    form = CancelForm(posted, told=written_to, others=open_instead(session, now))
    if not form.is_valid():
        return show_cancel(request, session, form, reach)
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
    request: PortalRequest, session: Session, form: CancelForm, reach: Reached
) -> HttpResponse:
    """Show the exact message and how each is reached."""
    context = {
        "session": session,
        "form": form,
        "message": cancelled_message(session),
        "today": timezone.localdate(),
        **told(request, session, reach),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/session_cancel.html", context, status=status)


def told(request: PortalRequest, session: Session, reach: Reached) -> dict[str, Any]:
    """Return who will be told and how: by name those whom the leader may see, written down."""
    everybody = [*reach.by_message, *reach.rung, *reach.not_at_all]
    within = Participant.objects.visible_to(request.actor).filter(pk__in=everybody)
    named = {one.pk: one.short_name for one in within.order_by("sort_key", "pk")[:NAMES]}
    note_shown(request, session, named)
    by_message = some(reach.by_message, named)
    guests = len(without_account(session))
    return {
        "by_message": {
            **by_message,
            "total": by_message["total"] + guests,
            "more": by_message["more"] + guests,
        },
        "by_call": some(reach.rung, named),
        "not_at_all": some(reach.not_at_all, named),
    }


def without_account(session: Session) -> Collection[int]:
    """Return who is written to besides: those without an account, who come or stand in line."""
    events = [session.pk] if session.activity.is_event else []
    return expecting.guests_concerned(events).get(session.pk, {})


def some(person_ids: Collection[int], named: Mapping[int, str]) -> dict[str, Any]:
    """Return how many they are, the names that may be shown, and how many more there are."""
    names = [name for pk, name in named.items() if pk in person_ids]
    return {"total": len(person_ids), "names": names, "more": len(person_ids) - len(names)}


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
