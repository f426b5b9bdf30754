"""*Ändra tid*: other hours for one session, by a tap on a clock or by two clocks of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import conflicts, expecting, reaching
from activities.forms.moving import MoveForm, close_at_hand
from activities.notifications import moved
from activities.services import sessions
from activities.views.door import run_session
from activities.views.sessions import open_instead, told, without_account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from activities.conflicts import Conflict
    from activities.models import Session
    from activities.reaching import Reached
    from portal.http import PortalRequest

HOUR = timedelta(hours=1)


@require_http_methods(["GET", "POST"])
def session_move(request: PortalRequest, session_id: int) -> HttpResponse:
    session, now = run_session(request, session_id), timezone.now()
    reach = reaching.of(expecting.concerned([session.pk]).get(session.pk, {}), moved.SESSION_MOVED)
    posted = request.POST if request.method == "POST" else None
    others = open_instead(session, now)
    written_to = len(reach.by_message) + len(without_account(session))
    form = MoveForm(posted, session=session, now=now, told=written_to, others=others)
    if not form.is_valid():
        return show_move(request, session, form, reach)
    wanted = {form.cleaned_data["starts_at"]: form.cleaned_data["ends_at"]}
    if "sure" not in request.POST and (found := conflicts.of_hours(session.activity, wanted)):
        return show_move(request, session, form, reach, found)
    try:
        sessions.move_session(session=session, by=request.actor, now=now, **form.cleaned_data)
    except (sessions.SessionCancelled, sessions.SessionOver):
        messages.info(request, _("That session is over or cancelled."))
    except sessions.SessionThere:
        form.add_error("opens", _("There is a session at that time already."))
        return show_move(request, session, form, reach)
    return redirect("activities:session_door", session_id)


def show_move(
    request: PortalRequest,
    session: Session,
    form: MoveForm,
    reach: Reached,
    found: Sequence[Conflict] = (),
) -> HttpResponse:
    """Show the changes at hand, who will be told, what they read, and what stands in the way."""
    context = {
        "session": session,
        "activity": session.activity,
        "conflicts": found,
        "form": form,
        "other": next(iter(form.others), None),
        "at_hand": list(close_at_hand(session, form.now, HOUR)),
        "message": moved.moved_message(session),
        "today": timezone.localdate(),
        **told(request, session, reach),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/session_move.html", context, status=status)


@require_POST
def session_move_back(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    try:
        sessions.move_back(session=session, by=request.actor, now=timezone.now())
    except (sessions.TooLateToRestore, sessions.SessionThere):
        messages.warning(request, _("It can be taken back within ten minutes. Ring them instead."))
    else:
        messages.success(request, _("The hours are as before. Whoever was told is told so."))
    return redirect("activities:session_door", session_id)
