from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from participants.forms.plan import StepDayForm, StepForm
from participants.models import Step
from participants.services import plan as services
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def step_write(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.STEP_WRITE)
    form = bound(request, StepForm, name=person.first_name)
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        with form.sending():
            services.add_step(
                participant=person,
                by=request.actor,
                submission_id=answers["submission_id"],
                text=answers["text"],
                due_on=answers["due_on"],
                assignee=request.actor.membership if answers["doer"] == "ME" else None,
            )
            drafts.discard(request, request.actor)
            messages.success(request, _("The step is in the plan."))
            return redirect("person_record", person_id)
    return show(request, "participants/step_write.html", person, info_type=InfoType.PLAN, form=form)


@require_POST
def step_finish(request: PortalRequest, step_id: UUID) -> HttpResponse:
    step = find_step(request, step_id)
    try:
        services.finish_step(step=step, by=request.actor)
    except services.AlreadyFinished:
        messages.info(request, _("The step was finished already."))
    else:
        if request.actor.membership is None:  # a colleague reads it in the record, with *Undo*
            messages.success(request, _("Done: %(step)s. Well done!") % {"step": step.text})
    return back(request, step)


@require_POST
def step_reopen(request: PortalRequest, step_id: UUID) -> HttpResponse:
    step = find_step(request, step_id)
    try:
        services.reopen_step(step=step, by=request.actor)
    except services.TooLate:
        messages.warning(request, _("It can be undone within ten minutes. Add a new step instead."))
    else:
        messages.success(request, _("The step is open again."))
    return back(request, step)


@require_http_methods(["GET", "POST"])
def step_move(request: PortalRequest, step_id: UUID) -> HttpResponse:
    step = find_step(request, step_id)
    form = bound(request, StepDayForm, initial={"due_on": step.due_on})
    if form.is_bound and form.is_valid():
        try:
            services.move_step(step=step, by=request.actor, due_on=form.cleaned_data["due_on"])
        except services.AlreadyFinished:
            messages.info(request, _("The step was finished already."))
        else:
            messages.success(request, _("The step has a new day."))
        drafts.discard(request, request.actor)
        return back(request, step)
    person = step.participant
    if request.actor.membership:  # who reads whether a message finds the person
        person = find_person(request, person.public_id, Permission.STEP_WRITE)
    return show(
        request,
        "participants/step_move.html",
        person,
        info_type=InfoType.PLAN,
        form=form,
        step=step,
    )


def find_step(request: PortalRequest, step_id: UUID) -> Step:
    """Return a step within reach that the actor may work with: a colleague, or the person."""
    within = Step.objects.visible_to(request.actor).filter(removed_at=None)
    step = get_object_or_404(within.select_related("participant"), public_id=step_id)
    own = request.actor.membership is None
    authorize(request.actor, Permission.PLAN_EDIT if own else Permission.STEP_WRITE)
    return step


def back(request: PortalRequest, step: Step) -> HttpResponse:
    """Return to where the actor works with the plan."""
    if request.actor.membership is None:
        return redirect("participants:my_plan")
    return redirect("person_record", step.participant.public_id)


def can_reopen(step: Step, user_id: int) -> bool:
    """Tell whether this user finished the step less than ten minutes ago."""
    fresh = step.finished_at and timezone.now() - step.finished_at < services.UNDO
    return bool(fresh) and step.finished_by_id == user_id
