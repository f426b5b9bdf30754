from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.forms.plan import FinishedForm, GoalForm, OwnStepForm
from participants.models import Consent, Contact, Goal, MainContact, Participant, Step, TeamMember
from participants.services import plan as services
from participants.views.showing import bound, show
from participants.views.steps import can_reopen
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.forms import Form
    from portal.http import PortalRequest

ROWS = 5  # then "Show more" (interface.md 1.2, objective 5)
MOST = 100


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
    finished = list(mine.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")[:rows])
    notes = (
        Contact.objects.visible_to(request.actor)
        .filter(participant=person, removed_at=None)
        .exclude(text="")
        .select_related("author")
        .newest_first()
    )
    user_id = request.actor.user_id
    return show(
        request,
        "participants/my_plan.html",
        person,
        info_type=InfoType.PLAN,
        goal=Goal.objects.visible_to(request.actor).current().filter(participant=person).first(),
        still_open=still_open[:rows],
        more=len(still_open) > rows,
        finished=[(step, can_reopen(step, user_id)) for step in finished],
        notes=notes[:rows],
        contact=contact_of(person),
        today=timezone.localdate(),
    )


@require_http_methods(["GET", "POST"])
def my_step_write(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_EDIT)
    form = bound(request, OwnStepForm)
    if form.is_bound and form.is_valid():
        services.add_step(participant=person, by=request.actor, **form.cleaned_data)
        return saved(request, _("Your step is in the plan."))
    return write(request, person, form, _("Add a step"))


@require_http_methods(["GET", "POST"])
def my_step_done(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_EDIT)
    form = bound(request, FinishedForm)
    if form.is_bound and form.is_valid():
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


def contact_of(person: Participant) -> MainContact | None:
    """Return the one contact, with the colleague and the unit."""
    held = MainContact.objects.open().filter(participant=person)
    return held.select_related("membership__user", "membership__unit").only(*OF_CONTACT).first()


OF_CONTACT = (
    "membership__role",
    "membership__unit__name",
    "membership__user__first_name",
    "membership__user__last_name",
    "membership__user__hours",
    "membership__user__phone",
    "membership__user__email",
)


@require_safe
def my_contact(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_VIEW)
    team = (
        TeamMember.objects.open()
        .filter(participant=person)
        .select_related("membership__user", "membership__unit")
        .order_by("started_at", "pk")
    )
    return show(
        request,
        "participants/my_contact.html",
        person,
        contact=contact_of(person),
        team=team[:ROWS],
    )


@require_safe
def who_sees(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_VIEW)
    team = TeamMember.objects.open().filter(participant=person, rests_on_consent=False)
    consents = Consent.objects.visible_to(request.actor).in_force().filter(participant=person)
    return show(
        request,
        "participants/who_sees.html",
        person,
        contact=contact_of(person),
        team=team.select_related("membership__user", "membership__unit").order_by("pk")[:MOST],
        consents=consents.select_related("receiver").order_by("receiver__name", "info_type")[:MOST],
    )
