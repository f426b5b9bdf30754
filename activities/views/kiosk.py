"""The screen at a door: today's list, *Jag är här*, and *Välkommen!* without a name.

Each page leaves by itself, by a header and so without script: nothing that one began stays.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.core.internal import ratelimit  # the public one cannot take a count back
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import kiosk
from activities.forms.kiosk import KioskForm
from activities.models import HowNoted
from activities.services import checking_in, sessions
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Callable

    from allauth.core.internal.ratelimit import RateLimitUsage
    from django.http import HttpResponse

    from activities.models import Session
    from portal.http import PortalRequest
    from portal.models import Membership

IDLE, ANSWER, WELCOME, LIST = 60, 15, 6, 300  # seconds


def at_a_screen(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer only a browser that a leader has made a screen; for any other there is no page."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: PortalRequest, **captures: Any) -> HttpResponse:
        leader = kiosk.opened_by(request)
        if leader is None or request.user.is_authenticated:
            raise Http404
        return view(request, leader, **captures)

    return answer


@require_http_methods(["GET", "POST"])
def kiosk_open(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SESSION_RUN)
    leader = request.actor.membership
    if request.method != "POST" or leader is None:
        return render(request, "activities/kiosk_open.html")
    logout(request)
    response = redirect("activities:kiosk")
    kiosk.put(response, leader)
    return response


@at_a_screen
@require_safe
def kiosk_list(request: PortalRequest, leader: Membership) -> HttpResponse:
    now = timezone.now()
    todays = [(one, one.state(now)) for one in kiosk.sessions(leader, now)]
    context = {"sessions": todays, "unit": leader.unit, "now": now}
    return leaving(request, "activities/kiosk.html", LIST, context)


@at_a_screen
@require_http_methods(["GET", "POST"])
def kiosk_check_in(request: PortalRequest, leader: Membership, session_id: int) -> HttpResponse:
    session = find(leader, session_id)
    form = KioskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and may_try(request, form, leader):
        come = by_code if form.figures else by_card
        if come(request, form, leader, session):
            return redirect("activities:kiosk_welcome")
    there = f"{reverse('activities:kiosk_still')}?pass={session.pk}"
    context = {"session": session, "form": form}
    return leaving(request, "activities/kiosk_check_in.html", IDLE, context, there)


@at_a_screen
@require_safe
def kiosk_still(request: PortalRequest, leader: Membership) -> HttpResponse:
    asked = request.GET.get("pass", "")[:18]
    session = find(leader, int(asked) if asked.isascii() and asked.isdecimal() else 0)
    return leaving(request, "activities/kiosk_still.html", ANSWER, {"session": session})


@at_a_screen
@require_safe
def kiosk_welcome(request: PortalRequest, _leader: Membership) -> HttpResponse:
    return leaving(request, "activities/kiosk_welcome.html", WELCOME, {})


@at_a_screen
@require_POST
def kiosk_close(_request: PortalRequest, _leader: Membership) -> HttpResponse:
    response = redirect("activities:today")
    response.delete_cookie(kiosk.COOKIE, path=kiosk.PATH, samesite="Strict")
    return response


def find(leader: Membership, session_id: int) -> Session:
    """Return a session of today at this door, or 404."""
    todays = kiosk.sessions(leader, timezone.now())
    found = next((one for one in todays if one.pk == session_id), None)
    if found is None or not found.takes_names(timezone.now()):
        raise Http404
    return found


def by_card(
    _request: PortalRequest, form: KioskForm, _leader: Membership, session: Session
) -> bool:
    """Note that the holder of a card has come; say what was wrong otherwise."""
    now = timezone.now()
    try:
        person, actor = kiosk.holder(form.cleaned_data["card"], form.cleaned_data["pin"])
        kiosk.check_expected(session, person, actor)
        checking_in.check_in(
            session=session, participant=person, by=actor, now=now, how=HowNoted.CARD
        )
    except kiosk.NoMatch:
        form.add_error("pin", _("Card and PIN did not match. Ask somebody who works here."))
    except (kiosk.NotExpected, sessions.SessionCancelled):
        form.add_error(None, _("Talk to somebody who works here, and we help you."))
    else:
        return True
    form.forget()
    return False


def by_code(request: PortalRequest, form: KioskForm, leader: Membership, session: Session) -> bool:
    """Note that whoever has these figures has come; a few wrong ones, and the screen rests."""
    counted = consume(request, "door_code", leader)
    if counted is None:
        form.add_error(None, _("That was many wrong codes. Ask somebody who works here."))
        return False
    try:
        kiosk.come_by_code(session, form.figures, leader, timezone.now())
    except kiosk.NotYet:
        form.add_error(None, _("Codes work when the doors have opened. You are welcome then."))
    except (kiosk.NoMatch, sessions.SessionCancelled):
        form.add_error("card", _("That code is nobody's here now. Ask somebody who works here."))
        form.forget()
        return False
    counted.rollback()  # only wrong ones count
    return form.is_valid()


def may_try(request: PortalRequest, form: KioskForm, leader: Membership) -> bool:
    """Count a try at this door: many come at once, but not without end."""
    allowed = consume(request, "kiosk", leader) is not None
    if not allowed:
        form.add_error(None, _("That was many tries. Ask somebody who works here."))
        form.forget()
    return allowed


def consume(request: PortalRequest, action: str, leader: Membership) -> RateLimitUsage | None:
    """Count one more at this door, and return what was counted; None when it was too many."""
    rates = settings.ACCOUNT_RATE_LIMITS
    return ratelimit.consume(request, app="portal", action=action, config=rates, key=str(leader.pk))


def leaving(
    request: PortalRequest, template: str, seconds: int, context: dict[str, Any], to: str = ""
) -> HttpResponse:
    """Show a page of the screen, which goes on by itself: to the list, unless told otherwise."""
    status = 422 if "form" in context and context["form"].errors else 200
    response = render(request, template, context, status=status)
    response.headers["Refresh"] = f"{seconds}; url={to or reverse('activities:kiosk')}"
    return response
