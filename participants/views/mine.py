from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.forms.plan import FinishedForm, GoalForm, OwnStepForm
from participants.models import (
    AwaitedDecision,
    ConsentQuestion,
    Contact,
    Goal,
    Handover,
    Participant,
    Step,
    TeamMember,
)
from participants.services import plan as services
from participants.views.showing import bound, show
from participants.views.steps import can_reopen
from portal import access, drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.forms import Form
    from portal.http import PortalRequest

ROWS = 5  # then "Show more" (interface.md 1.2, objective 5)
MOST = 100
FRESH = 2  # steps just done, which stay in sight with their "Undo"


def myself(request: PortalRequest, permission: Permission) -> Participant:
    """Return the participant who is signed in; anybody else has no such page."""
    authorize(request.actor, permission)
    within = Participant.objects.visible_to(request.actor).select_related("unit")
    return get_object_or_404(within, user=request.actor.user)


@require_safe
def my_plan(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_VIEW)
    rows = MOST if request.GET.get("visa") == "allt" else ROWS
    mine = Step.objects.visible_to(request.actor).filter(participant=person, removed_at=None)
    still_open = list(mine.open().select_related("assignee__user").soonest_first()[: rows + 1])
    past = mine.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")[: rows + 1]
    finished = [(step, can_reopen(step, request.actor.user_id)) for step in past]
    fresh = [step for step, may_reopen in finished[:FRESH] if may_reopen]
    room = rows - len(fresh)
    notes = (
        Contact.objects.visible_to(request.actor)
        .filter(participant=person, removed_at=None)
        .exclude(text="")
        .select_related("author")
        .newest_first()
    )
    recent = list(notes[: rows + 1])
    return show(
        request,
        "participants/my_plan.html",
        person,
        info_type=InfoType.PLAN,
        goal=Goal.objects.visible_to(request.actor).current().filter(participant=person).first(),
        still_open=still_open[:room],
        fresh=fresh,
        finished=finished[len(fresh) : rows],
        more=len(still_open) > room or len(finished) > rows,
        notes=recent[:rows],
        more_notes=len(recent) > rows,
        question=asked(request, person),
        decisions=decisions(request, person),
        today=timezone.localdate(),
    )


def decisions(request: PortalRequest, person: Participant) -> QuerySet[AwaitedDecision]:
    """Return what the person waits for, and the answers that have just come."""
    mine = AwaitedDecision.objects.visible_to(request.actor).filter(participant=person).to_read()
    return mine.with_reader().longest_first()[:ROWS]


def asked(request: PortalRequest, person: Participant) -> ConsentQuestion | None:
    """Return the question to put before the person now, if there is one."""
    waiting = ConsentQuestion.objects.visible_to(request.actor).to_ask_now()
    mine = waiting.filter(participant=person).select_related("author", "receiver")
    return mine.order_by("created_at", "pk").first()


@require_http_methods(["GET", "POST"])
def my_step_write(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_EDIT)
    form = bound(request, OwnStepForm)
    if form.is_bound and form.is_valid():
        with form.sending():
            services.add_step(participant=person, by=request.actor, **form.cleaned_data)
            return saved(request, _("Your step is in the plan."))
    return write(request, person, form, _("Add a step"))


@require_http_methods(["GET", "POST"])
def my_step_done(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_EDIT)
    form = bound(request, FinishedForm)
    if form.is_bound and form.is_valid():
        with form.sending():
            step = services.add_step(participant=person, by=request.actor, **form.cleaned_data)
            if step.finished_at is None:
                services.finish_step(step=step, by=request.actor)
            return saved(request, _("Well done! Your step is saved."))
    return write(request, person, form, _("I have taken a step"))


@require_http_methods(["GET", "POST"])
def my_goal(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_EDIT)
    current = Goal.objects.visible_to(request.actor).current().filter(participant=person).first()
    form = bound(request, GoalForm, initial={"text": current.text if current else ""})
    if form.is_bound and form.is_valid():
        with form.sending():
            services.set_goal(participant=person, by=request.actor, **form.cleaned_data)
            return saved(request, _("Your goal is saved."))
    return write(request, person, form, _("My goal"))


def write(request: PortalRequest, person: Participant, form: Form, title: Any) -> HttpResponse:
    return show(
        request,
        "participants/my_form.html",
        person,
        info_type=InfoType.PLAN,
        form=form,
        title=title,
    )


def saved(request: PortalRequest, words: str) -> HttpResponse:
    drafts.discard(request, request.actor)
    messages.success(request, words)
    return redirect("participants:my_plan")


@require_safe
def my_contact(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.OWN_CONTACT_VIEW)
    team = (
        TeamMember.objects.open()
        .filter(participant=person)
        .annotate(reads=access.Reads())
        .select_related("membership__user", "membership__unit")
        .order_by("started_at", "pk")
    )
    handovers = Handover.objects.visible_to(request.actor).open().with_giver()
    handover = handovers.filter(participant=person, met_at=None).first()
    giver = handover.giver if handover and handover.is_along else None
    return show(
        request,
        "participants/my_contact.html",
        person,
        team=team[:ROWS],
        handover=handover,
        along=giver.user.first_name if giver else "",
        today=timezone.localdate(),
    )
