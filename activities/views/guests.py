"""To come without an account: an invitation, a form of two questions, and a page of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activities import guest_links
from activities.forms.events import GuestNameForm, GuestSignUpForm
from activities.models import Activity, Invitation, Session
from activities.services import guest_sign_ups
from activities.services.guest_sign_ups import NotForGuests
from activities.services.line import OfferOver, SessionFull
from activities.services.sessions import SessionCancelled, SessionOver
from activities.views.activities import show_activity
from portal.context import Purpose, as_system

if TYPE_CHECKING:
    from django.http import HttpResponse

    from activities.models import GuestSignUp
    from portal.http import PortalRequest


def find_invitation(key: str) -> Invitation:
    """Return what an address opens; one that has ended answers as one that never was."""
    invitation = guest_links.invited_by(key)
    if invitation is None:
        raise Http404
    return invitation


@login_not_required
@never_cache
@require_safe
def invitation(request: PortalRequest, invited_key: str) -> HttpResponse:
    found = find_invitation(invited_key)
    return show_activity(request, found.activity.slug, invitation=found)


@login_not_required
@require_http_methods(["GET", "POST"])
def event_sign_up(request: PortalRequest, event_slug: str, time_id: int) -> HttpResponse:
    activity = get_object_or_404(
        Activity.objects.events().filter(by_invitation=False), slug=event_slug
    )
    return come(request, activity, time_id, back=activity.get_absolute_url())


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation_sign_up(request: PortalRequest, invited_key: str, time_id: int) -> HttpResponse:
    found = find_invitation(invited_key)
    back = reverse("activities:invitation", args=[invited_key])
    return come(request, found.activity, time_id, back=back, invitation=found)


def come(
    request: PortalRequest,
    activity: Activity,
    session_id: int,
    *,
    back: str,
    invitation: Invitation | None = None,
) -> HttpResponse:
    """Ask for a name and an address, and answer by letter alone."""
    times = Session.objects.filter(activity=activity).select_related("activity__place")
    session = get_object_or_404(times, pk=session_id)
    if not activity.sign_up:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = GuestSignUpForm(posted, is_full=session.is_full)
    if form.is_valid() and signed_up(request, form, session, invitation):
        return redirect(f"{request.path}?tack=ja")
    context = {
        "session": session,
        "state": session.state(timezone.now()),
        "form": form,
        "back": back,
        "invitation": invitation,
        "thanks": request.GET.get("tack", ""),
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/guest_come.html", context, status=status)


def signed_up(
    request: PortalRequest, form: GuestSignUpForm, session: Session, invitation: Invitation | None
) -> bool:
    """Sign somebody up, or say on the form why it could not be done."""
    said = form.cleaned_data
    if not ratelimit.consume(request, action="guest_sign_up", key=said["email"]):
        form.add_error(None, _("That was many tries. Wait a while, or call us."))
        return False
    try:
        guest_sign_ups.sign_up(
            session=session,
            name=said["name"],
            email=said["email"],
            may_wait=said["wait"],
            invitation=invitation,
            now=timezone.now(),
        )
    except SessionFull:
        form.must_wait()
    except (SessionCancelled, SessionOver, NotForGuests):
        form.add_error(None, _("It is not open any more. Call us, and we find something else."))
    return not form.errors


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def guest_sign_up(request: PortalRequest, own_key: str) -> HttpResponse:
    guest = own_sign_up(own_key)
    form = GuestNameForm(
        request.POST if "name" in request.POST else None, initial={"name": guest.name}
    )
    said = ""
    if request.method == "POST":
        if form.is_valid():
            guest_sign_ups.rename(guest=guest, name=form.cleaned_data["name"])
            said = "namn"
        elif not form.is_bound:
            said = answered(guest, request.POST.get("svar", ""))
        if said:
            return redirect(f"{request.path}?tack={said}")
    context = {
        "guest": guest,
        "session": guest.session,
        "state": guest.session.state(timezone.now()),
        "form": form,
        "said": request.GET.get("tack", ""),
        "page": page_of(guest),
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/guest_sign_up.html", context, status=status)


def own_sign_up(key: str) -> GuestSignUp:
    """Return the one row that a link is for."""
    with as_system(Purpose.SESSIONS, savepoint=False):
        own = guest_links.signed_up_by(key).select_related("session__activity__place")
        return get_object_or_404(own)


def answered(guest: GuestSignUp, answer: str) -> str:
    """Carry out what somebody says of their own place; return what to thank for."""
    now = timezone.now()
    try:
        if answer == "inte":
            guest_sign_ups.withdraw(guest=guest, now=now)
        elif answer == "kommer":
            guest_sign_ups.come_after_all(guest=guest, now=now)
        elif answer == "ja":
            guest_sign_ups.accept(guest=guest, now=now)
        else:
            return "fel"
    except OfferOver:
        return "borta"
    except (SessionCancelled, SessionOver):
        return "stangt"
    return answer


def page_of(guest: GuestSignUp) -> str:
    """Return the page of the event, if this guest still may read it."""
    activity = guest.session.activity
    if not activity.by_invitation:
        return activity.get_absolute_url()
    working = activity.invitations.working().filter(audience=guest.audience).first()
    if working is None:
        return ""
    return reverse("activities:invitation", args=[guest_links.invitation_key(working)])
