"""The list that members run: in by one tap, out by the next, and guests; nothing else of a door."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import members_list
from activities.forms.door import GuestForm
from activities.models import HowNoted
from activities.services import checking_in, sessions
from activities.views.door import run_session
from portal.context import Purpose, as_system

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from activities.models import Session
    from portal.forms import Form
    from portal.http import PortalRequest

REFRESH = 600  # seconds: what has ended is not left standing on a screen


def at_the_list(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer only a browser that a leader has made the members' list; for others there is none."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: PortalRequest, **captures: Any) -> HttpResponse:
        session = members_list.opened(request, timezone.now())
        if session is None or request.user.is_authenticated:
            raise Http404
        try:
            return view(request, session, **captures)
        except sessions.SessionCancelled:  # since the page was drawn
            raise Http404 from None

    return answer


@require_http_methods(["GET", "POST"])
def members_open(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    leader = request.actor.membership
    if leader is None or not members_list.may_be_opened(session, timezone.now()):
        raise Http404
    if request.method != "POST":
        return render(request, "activities/members_open.html", {"session": session})
    logout(request)
    response = redirect("activities:members")
    members_list.put(response, leader, session)
    return response


@at_the_list
@require_safe
def members(request: PortalRequest, session: Session) -> HttpResponse:
    return show(request, session, GuestForm())


@at_the_list
@require_POST
def members_tap(request: PortalRequest, session: Session, enrolment_id: UUID) -> HttpResponse:
    now, by = timezone.now(), members_list.actor(session)
    with as_system(Purpose.SESSIONS):
        place = next(
            (one for one in members_list.places(session) if one.public_id == enrolment_id), None
        )
        if place is None:
            raise Http404
        here = session.attendances.filter(participant=place.participant_id).first()
        if here and here.is_taken_away:  # a leader's word stands
            return back(enrolment_id)
        if here is None or here.removed_at:
            checking_in.check_in(
                session=session,
                participant=place.participant,
                by=by,
                now=now,
                how=HowNoted.MEMBERS,
            )
        elif here.left_at or request.POST.get("act") == "undo":
            if here.left_at or here.how == HowNoted.MEMBERS:
                checking_in.undo_attendance(attendance=here, by=by, now=now)
        else:
            checking_in.check_out(attendance=here, by=by, now=now)
    return back(enrolment_id)


@at_the_list
@require_POST
def members_guest(request: PortalRequest, session: Session) -> HttpResponse:
    form = GuestForm(request.POST)
    if form.is_valid():
        with as_system(Purpose.SESSIONS), form.sending():
            sessions.add_guest(
                session=session,
                by=members_list.actor(session),
                now=timezone.now(),
                **form.cleaned_data,
            )
            return back()
    return show(request, session, form)


@at_the_list
@require_POST
def members_count(request: PortalRequest, session: Session) -> HttpResponse:
    change = -1 if request.POST.get("change") == "less" else 1
    sessions.count_guests(session=session, by=members_list.actor(session), change=change)
    return back()


@at_the_list
@require_POST
def members_close(_request: PortalRequest, _session: Session) -> HttpResponse:
    response = redirect("activities:today")
    response.delete_cookie(members_list.COOKIE, path=members_list.PATH, samesite="Strict")
    return response


def show(request: PortalRequest, session: Session, form: Form) -> HttpResponse:
    """Show the list, which is fetched anew by itself, without script."""
    form.helper.form_action = reverse("activities:members_guest")
    context = {
        "session": session,
        "members": members_list.members(session),
        "guests": members_list.guests(session),
        "last": request.GET.get("senast", ""),
        "form": form,
    }
    status = 422 if form.errors else 200
    response = render(request, "activities/members.html", context, status=status)
    response.headers["Refresh"] = f"{REFRESH}; url={reverse('activities:members')}"
    return response


def back(last: UUID | None = None) -> HttpResponse:
    """Return to the list, where the last tap can be taken back."""
    page = reverse("activities:members")
    return redirect(f"{page}?senast={last}#senast" if last else page)
