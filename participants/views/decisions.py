from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from participants.forms.decisions import DecisionAnswerForm, DecisionForm, DecisionMoveForm
from participants.models import AwaitedDecision
from participants.services import decisions as services
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.forms import Form
    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def decision_add(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.DECISION_WRITE)
    about = {"person": person, "told": request.actor.membership_id, "today": timezone.localdate()}
    form = bound(request, DecisionForm, **about)
    if form.is_bound and form.is_valid():
        with form.sending():
            services.add_decision(participant=person, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            messages.success(request, _("It stands in the record, and in the person's plan."))
            return redirect("person_record", person_id)
    return show(
        request, "participants/decision_add.html", person, info_type=InfoType.PLAN, form=form
    )


@require_http_methods(["GET", "POST"])
def decision_move(request: PortalRequest, decision_id: UUID) -> HttpResponse:
    decision = find_decision(request, decision_id)
    form = bound(
        request,
        DecisionMoveForm,
        person=decision.participant,
        told=decision.reader,
        today=timezone.localdate(),
        initial={"expected_on": decision.expected_on, "watcher": decision.reader},
    )
    if form.is_bound and form.is_valid():
        try:
            services.move_decision(decision=decision, by=request.actor, **form.cleaned_data)
        except services.AlreadyAnswered:
            messages.info(request, _("The answer had come already."))
        else:
            messages.success(request, _("The decision has a new day."))
        return back(request, decision)
    return write(request, decision, form, _("Another day"))


@require_http_methods(["GET", "POST"])
def decision_answer(request: PortalRequest, decision_id: UUID) -> HttpResponse:
    decision = find_decision(request, decision_id)
    days = {"asked_on": decision.asked_on, "today": timezone.localdate()}
    form = bound(request, DecisionAnswerForm, **days)
    if form.is_bound and form.is_valid():
        try:
            services.answer_decision(decision=decision, by=request.actor, **form.cleaned_data)
        except services.AlreadyAnswered:
            messages.info(request, _("The answer had come already."))
        else:
            messages.success(request, _("The answer is saved. What is the next step now?"))
        return back(request, decision)
    return write(request, decision, form, _("The answer has come"))


def find_decision(request: PortalRequest, decision_id: UUID) -> AwaitedDecision:
    """Return a decision within reach; one that is answered is told of in the record."""
    within = AwaitedDecision.objects.visible_to(request.actor)
    found: AwaitedDecision = get_object_or_404(
        within.with_reader().select_related("participant"), public_id=decision_id
    )
    authorize(request.actor, Permission.DECISION_WRITE)
    return found


def write(
    request: PortalRequest, decision: AwaitedDecision, form: Form, title: str
) -> HttpResponse:
    return show(
        request,
        "participants/decision_write.html",
        decision.participant,
        info_type=InfoType.PLAN,
        form=form,
        decision=decision,
        title=title,
        today=timezone.localdate(),
    )


def back(request: PortalRequest, decision: AwaitedDecision) -> HttpResponse:
    drafts.discard(request, request.actor)
    return redirect("person_record", decision.participant.public_id)
