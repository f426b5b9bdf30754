"""A colleague asks for a place; those who lead it answer; everybody sees whose question it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.forms.referrals import ReferralAnswerForm, ReferralForm
from activities.models import Entry, Referral, ReferralAnswer
from activities.notifications import referring
from activities.services import referrals as services
from participants.views.showing import bound, find_own, show
from portal import audit, drafts
from portal.models import AuditAct, Ground, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from activities.models import ReferralState
    from portal.http import PortalRequest

MOST = 50


@require_http_methods(["GET", "POST"])
def referral_make(request: PortalRequest, person_id: UUID, found_id: int) -> HttpResponse:
    person = find_own(request, person_id, Permission.REFERRAL_WRITE)
    known = Entry.objects.filter(is_open=True).select_related("unit")
    entry = get_object_or_404(known, pk=found_id)
    form = bound(request, ReferralForm)
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        try:
            with form.sending():
                services.refer(
                    participant=person,
                    entry=entry,
                    by=request.actor,
                    told=answers["told"],
                    now=timezone.now(),
                    submission_id=answers["submission_id"],
                )
                drafts.discard(request, request.actor)
                messages.success(request, _("The question is sent. You see here when it waits."))
                return redirect("activities:referral_list")
        except services.AlreadyAsked:
            form.add_error(None, _("They have a question about this person to answer already."))
        except services.NobodyAnswers:
            form.add_error(None, _("Nobody there answers here. Ring them instead."))
        except services.KeptApart:
            form.add_error(None, _("The identity is protected. Ring them instead, and say little."))
    return show(
        request,
        "activities/referral_make.html",
        person,
        info_type=InfoType.ACTIVITY,
        form=form,
        entry=entry,
        answers=bool(referring.those_who_answer([entry.unit_id])),
    )


@require_safe
def referral_list(request: PortalRequest) -> HttpResponse:
    """What a colleague has asked, the unanswered first; people that are no longer in reach not."""
    authorize(request.actor, Permission.REFERRAL_WRITE)
    seen = Referral.objects.visible_to(request.actor).filter(
        sender=request.actor.membership, taken_back_at=None
    )
    rows = list(
        seen.select_related("participant", "entry", "receiver").order_by(
            "-answered_at", "expires_on", "pk"
        )[:MOST]
    )
    return listed(request, "activities/referral_list.html", rows, ground=None)


@require_safe
def referral_received(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.REFERRAL_ANSWER)
    seen = Referral.objects.visible_to(request.actor).select_related("entry")
    rows = list(seen.order_by("-answered_at", "expires_on", "pk")[:MOST])
    return listed(request, "activities/referral_received.html", rows, ground=Ground.RELEASE)


def listed(
    request: PortalRequest, template: str, rows: list[Referral], *, ground: Ground | None
) -> HttpResponse:
    if rows:
        audit.record(
            AuditAct.LIST,
            "referral",
            by=request.actor,
            participants=sorted({one.participant_id for one in rows}),
            info_types=[InfoType.ACTIVITY],
            ground=ground,
        )
    today = timezone.localdate()
    return render(request, template, {"referrals": placed(rows, today), "today": today})


def placed(rows: Iterable[Referral], today: date) -> list[tuple[Referral, ReferralState]]:
    """Return each with where it is now."""
    return [(one, one.state(today)) for one in rows]


@require_http_methods(["GET", "POST"])
def referral_answer(request: PortalRequest, referral_id: UUID) -> HttpResponse:
    within = Referral.objects.visible_to(request.actor).select_related("entry")
    referral = get_object_or_404(within, public_id=referral_id)
    authorize(request.actor, Permission.REFERRAL_ANSWER)
    form = bound(request, ReferralAnswerForm)
    if form.is_bound and form.is_valid():
        try:
            services.answer_referral(
                referral=referral,
                answer=ReferralAnswer(form.cleaned_data["answer"]),
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=timezone.now(),
            )
        except services.AlreadyEnded:
            messages.info(request, _("The question has an answer already, or was taken back."))
        else:
            messages.success(request, _("Thank you. The person is told, and the one who asked."))
        drafts.discard(request, request.actor)
        return redirect("activities:referral_received")
    audit.record(
        AuditAct.VIEW,
        "referral",
        by=request.actor,
        participants=[referral.participant_id],
        subject_id=referral.pk,
        info_types=[InfoType.ACTIVITY],
        ground=Ground.RELEASE,
    )
    today = timezone.localdate()
    context: dict[str, Any] = {"form": form, "referral": referral, "state": referral.state(today)}
    status = 422 if form.errors else 200
    return render(
        request, "activities/referral_answer.html", context | {"today": today}, status=status
    )


@require_POST
def referral_take_back(request: PortalRequest, referral_id: UUID) -> HttpResponse:
    within = Referral.objects.visible_to(request.actor).filter(owner=request.actor.organisation_id)
    referral = get_object_or_404(within, public_id=referral_id)
    authorize(request.actor, Permission.REFERRAL_WRITE)
    try:
        services.take_back_referral(referral=referral, by=request.actor, now=timezone.now())
    except services.AlreadyEnded:
        messages.info(request, _("The question has an answer already, or was taken back."))
    else:
        messages.success(request, _("The question is taken back. They no longer see it."))
    return redirect("activities:referral_list")
