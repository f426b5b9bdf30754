"""*Jag tänker komma*, *Anmäl mig* and the line for a place, and taking it back: one tap each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.guest_links import invited_by
from activities.models import Session, SignUp
from activities.services import sign_ups
from activities.services.line import OfferOver, SessionFull
from activities.services.sessions import SessionCancelled, SessionOver
from activities.views.today import myself
from portal.permissions import Permission, authorize
from portal.templatetags.dates import clock, near

if TYPE_CHECKING:
    from django.http import HttpResponse

    from participants.models import Participant
    from portal.actor import Actor
    from portal.http import PortalRequest


def signed_in_person(request: PortalRequest) -> Participant:
    authorize(request.actor, Permission.SIGN_UP)
    person = myself(request)
    if person is None:
        raise Http404
    return person


@require_POST
def sign_up(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    session = get_object_or_404(Session.objects.select_related("activity"), pk=session_id)
    now = timezone.now()
    try:
        sign_ups.sign_up(
            session=session,
            participant=person,
            by=request.actor,
            now=now,
            invitation=invited_by(request.POST.get("inbjudan", "")),
        )
    except SessionFull:
        messages.info(request, _("It is full. You can wait in line, or look at what else is open."))
    except sign_ups.NoSignUp:
        say_who_may(request, session)
    except (SessionCancelled, SessionOver):
        messages.info(request, _("It is not open any more. Something else is: look below."))
    else:
        messages.success(request, with_us(session))
    return back(request)


@require_POST
def sign_up_wait(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    session = get_object_or_404(Session.objects.select_related("activity"), pk=session_id)
    try:
        mine = sign_ups.wait(
            session=session,
            participant=person,
            by=request.actor,
            now=timezone.now(),
            invitation=invited_by(request.POST.get("inbjudan", "")),
        )
    except sign_ups.NoSignUp:
        say_who_may(request, session)
    except (SessionCancelled, SessionOver):
        messages.info(request, _("It is not open any more. Something else is: look below."))
    else:
        in_line = _(
            "You are in line. If a place becomes free we ask whoever has waited longest first."
        )
        messages.success(request, in_line if mine.waiting_since else with_us(session))
    return back(request)


@require_POST
def sign_up_accept(request: PortalRequest, session_id: int) -> HttpResponse:
    mine = my_sign_up(request, session_id)
    if mine and got_the_place(mine, by=request.actor):
        messages.success(request, with_us(mine.session))
    elif mine and mine.session.cancelled_at:
        messages.info(request, _("It is not open any more. Something else is: look below."))
    else:
        messages.info(request, _("The place went to somebody else. You are welcome another time."))
    return back(request)


def got_the_place(mine: SignUp, *, by: Actor) -> bool:
    try:
        sign_ups.accept(sign_up=mine, by=by, now=timezone.now())
    except OfferOver:
        return False
    return True


@require_POST
def sign_up_withdraw(request: PortalRequest, session_id: int) -> HttpResponse:
    mine = my_sign_up(request, session_id)
    if mine:
        sign_ups.withdraw(sign_up=mine, by=request.actor, now=timezone.now())
    messages.success(request, _("All right, you are not coming. You are welcome another time."))
    return back(request)


def my_sign_up(request: PortalRequest, session_id: int) -> SignUp | None:
    """Return what the person has said about a session, if it has not been taken back."""
    person = signed_in_person(request)
    mine = SignUp.objects.visible_to(request.actor).kept().select_related("session__activity")
    return mine.filter(participant=person, session=session_id).first()


def say_who_may(request: PortalRequest, session: Session) -> None:
    """Say that one needs a place there; of what is by invitation nothing is said at all."""
    if session.activity.by_invitation:
        raise Http404
    messages.info(request, _("You need a place there first. Your contact can help you."))


def with_us(session: Session) -> str:
    words = {
        "activity": session.activity.name,
        "day": near(session.starts_at, timezone.localdate()),
        "clock": clock(session.starts_at),
    }
    text = _(
        "You are with us! %(activity)s %(day)s %(clock)s. Changed your mind? Press “I am not"
        " coming”. Nobody minds."
    )
    return text % words


def back(request: PortalRequest) -> HttpResponse:
    """Return to the page the button stood on, with its choices."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    ours = ours and page.startswith("/") and page.isprintable()
    return redirect(page if ours else reverse("activities:today"))
