"""*Gå med mig* and *Hämta mig*: one tap asks; then where to meet, and no thanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.company import CompanyForm
from activities.models import CompanyKind, CompanyWish, Contract, Session
from activities.services import company, sign_ups
from activities.services.line import SessionFull
from activities.services.sessions import SessionCancelled, SessionOver
from activities.views.sign_ups import back, signed_in_person
from participants.models import Protection
from participants.views.showing import show
from portal.models import InfoType

if TYPE_CHECKING:
    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest


@require_POST
def company_ask(request: PortalRequest, session_id: int) -> HttpResponse:
    """Ask; who may come without a place is noted as coming by the same tap."""
    person = signed_in_person(request)
    session = get_object_or_404(Session.objects.public().select_related("activity"), pk=session_id)
    kind = CompanyKind.PICK_UP if "hamta" in request.POST else CompanyKind.COMPANY
    by, now = request.actor, timezone.now()
    try:
        if is_open_to_all(session) and person.protection == Protection.NONE:
            sign_ups.sign_up(session=session, participant=person, by=by, now=now)
        company.ask(session=session, participant=person, by=by, now=now, kind=kind)
    except company.KeptApart:
        messages.info(request, _("Talk to your contact about company. You find the number below."))
        return redirect("participants:my_contact")
    except (company.NotComing, sign_ups.NoSignUp, SessionFull):
        messages.info(request, _("Say first that you are coming. Then we ask for company."))
    except company.NobodyFetches:
        messages.info(request, _("They fetch nobody there. You can ask for company instead."))
    except (SessionCancelled, SessionOver):
        messages.info(request, _("It has begun, or is cancelled. Look at what else is open."))
    else:
        return redirect("activities:my_company", session_id)
    return back(request)


def is_open_to_all(session: Session) -> bool:
    return session.activity.contract == Contract.DAY_BY_DAY and session.seats is None


@require_http_methods(["GET", "POST"])
def my_company(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    wish = my_wish(request, person, session_id)
    if wish is None:
        return redirect("activities:today")
    form = CompanyForm(request.POST if request.method == "POST" else None, wish=wish)
    if form.is_valid():
        try:
            company.say_where(wish=wish, by=request.actor, **form.cleaned_data)
        except company.WishEnded:
            return redirect("activities:today")
        messages.success(request, _("Saved. You can change it until it begins."))
        return redirect("activities:my_company", session_id)
    now = timezone.now()
    return show(
        request,
        "activities/my_company.html",
        person,
        info_type=InfoType.ACTIVITY,
        form=form,
        wish=wish,
        state=wish.state(now),
        has_begun=now >= wish.session.starts_at,
        today=timezone.localdate(now),
    )


@require_POST
def my_company_end(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    company.take_back(
        session_id=session_id, participant=person, by=request.actor, now=timezone.now()
    )
    messages.success(request, _("All right, we ask nobody. You are still welcome there."))
    return redirect("activities:today")


@require_POST
def my_company_refuse(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    wish = my_wish(request, person, session_id)
    if wish and wish.membership_id:
        try:
            company.say_no_to(wish=wish, by=request.actor, now=timezone.now())
        except company.WishEnded:
            pass
        else:
            messages.success(request, _("All right. We ask others. You need not say why."))
    return redirect("activities:my_company", session_id)


def my_wish(request: PortalRequest, person: Participant, session_id: int) -> CompanyWish | None:
    """Return what the person has asked about a session, if it has not been taken back."""
    mine = CompanyWish.objects.visible_to(request.actor).standing()
    joined = mine.select_related(
        "session__activity__organiser", "membership__user", "membership__unit"
    )
    return joined.filter(participant=person, session=session_id).first()
