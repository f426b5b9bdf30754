"""*Gå med*: peers and volunteers say yes to a session; those who lead it say whether they fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.models import CompanyAnswer, CompanyKind, CompanyWish, Session
from activities.notifications import accompanying
from activities.services import company
from activities.views.door import back, run_session
from portal import audit
from portal.models import AuditAct, Ground, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_safe
def company_list(request: PortalRequest) -> HttpResponse:
    """Show what one has promised, each look written down, and where somebody wants company."""
    authorize(request.actor, Permission.COMPANY_GIVE)
    now = timezone.now()
    mine = CompanyWish.objects.visible_to(request.actor).select_related("session__activity__place")
    promised = list(mine.order_by("session__starts_at", "pk")[: accompanying.MOST])
    if promised:
        audit.record(
            AuditAct.LIST,
            "company",
            by=request.actor,
            participants=[one.participant_id for one in promised],
            info_types=[InfoType.ACTIVITY],
            ground=Ground.RELEASE,
        )
    context = {
        "promised": promised,
        "wanted": accompanying.wanted(request.actor, now),
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, "activities/company_list.html", context)


@require_POST
def company_promise(request: PortalRequest, session_id: int) -> HttpResponse:
    session = to_go_to(request, session_id)
    try:
        company.promise(session=session, by=request.actor, now=timezone.now())
    except company.SomebodyElse:
        messages.info(
            request,
            _("Somebody else said yes before you, or it is not needed any more. Thank you!"),
        )
    else:
        messages.success(request, _("Thank you! Now you see a first name and where to meet."))
    return redirect("activities:company_list")


@require_POST
def company_give_back(request: PortalRequest, session_id: int) -> HttpResponse:
    session = to_go_to(request, session_id)
    company.give_back(session=session, by=request.actor, now=timezone.now())
    messages.success(request, _("All right. We tell the person, and others can say yes."))
    return redirect("activities:company_list")


def to_go_to(request: PortalRequest, session_id: int) -> Session:
    authorize(request.actor, Permission.COMPANY_GIVE)
    return get_object_or_404(Session.objects.select_related("activity"), pk=session_id)


@require_POST
def pick_up_answer(request: PortalRequest, session_id: int, person_id: UUID) -> HttpResponse:
    session = run_session(request, session_id)
    within = CompanyWish.objects.visible_to(request.actor).filter(
        session=session, kind=CompanyKind.PICK_UP, participant__public_id=person_id
    )
    wish = get_object_or_404(within.select_related("participant"))
    answer = CompanyAnswer.YES if request.POST.get("svar") == "ja" else CompanyAnswer.NO
    try:
        company.answer_pick_up(wish=wish, by=request.actor, now=timezone.now(), answer=answer)
    except company.WishEnded:
        messages.info(request, _("It is not needed any more."))
    return back(session)
