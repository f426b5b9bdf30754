from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employers.forms.employers import EmployerSearchForm
from employers.forms.placements import PlacementChangeForm, PlacementEndForm, PlacementForm
from employers.models import Employer, EmployerCard, FollowUpNote, Placement
from employers.services import placements as services
from participants.models import Participant
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.models import InfoType, Membership
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.http import PortalRequest

FOUND = 20  # employers in a search; type more of the name to see fewer
NOTES = 20
PLANNED = 5


@require_safe
def employer_choose(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.PLACEMENT_WRITE)
    form = EmployerSearchForm(request.GET)
    q = form.cleaned_data.get("q", "").strip() if form.is_valid() else ""
    register = Employer.objects.visible_to(request.actor)
    found = list(register.called(q).alphabetical()[: FOUND + 1]) if q else []
    return show(
        request,
        "employers/employer_choose.html",
        person,
        info_type=InfoType.PLACEMENT,
        search=form,
        q=q,
        found=found[:FOUND],
        more=len(found) > FOUND,
    )


@require_http_methods(["GET", "POST"])
def placement_new(request: PortalRequest, person_id: UUID, employer_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.PLACEMENT_WRITE)
    employer = get_object_or_404(Employer.objects.visible_to(request.actor), public_id=employer_id)
    form = place_form(request, PlacementForm, person, {"supporter": request.actor.membership_id})
    if form.is_bound and form.is_valid():
        with form.sending():
            placement = services.create_placement(
                participant=person, employer=employer, by=request.actor, **form.cleaned_data
            )
            drafts.discard(request, request.actor)
            messages.success(request, _("The place is saved, and the follow-ups are planned."))
            return redirect("employers:placement_detail", placement.public_id)
    return show(
        request,
        "employers/placement_form.html",
        person,
        info_type=InfoType.PLACEMENT,
        form=form,
        employer=employer,
    )


@require_safe
def my_placements(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.PLAN_VIEW)
    within = Participant.objects.visible_to(request.actor)
    person = get_object_or_404(within, user=request.actor.user)
    mine = Placement.objects.visible_to(request.actor).filter(participant=person)
    return show(
        request,
        "employers/my_placements.html",
        person,
        info_type=InfoType.PLACEMENT,
        placements=mine.select_related("employer").newest_first()[:NOTES],
        today=timezone.localdate(),
    )


@require_safe
def placement_detail(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.PLACEMENT_VIEW)
    notes = FollowUpNote.objects.visible_to(request.actor).filter(placement=placement)
    cards = EmployerCard.objects.visible_to(request.actor).standing().filter(placement=placement)
    today = timezone.localdate()
    return show(
        request,
        "employers/placement_detail.html",
        placement.participant,
        info_type=InfoType.PLACEMENT,
        placement=placement,
        planned=placement.follow_ups.open().soonest_first()[:PLANNED],
        notes=notes.select_related("author").newest_first()[:NOTES],
        card=cards.select_related("author").first(),
        may_be_shown=can_be_shown(placement),
        is_over=placement.ended_on is None and placement.ends_on and placement.ends_on < today,
        today=today,
    )


@require_http_methods(["GET", "POST"])
def placement_change(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.PLACEMENT_WRITE)
    known = {name: getattr(placement, name) for name in PlacementChangeForm.base_fields}
    known["supporter"] = placement.supporter_id
    form = place_form(request, PlacementChangeForm, placement.participant, known)
    if form.is_bound and form.is_valid():
        try:
            services.change_placement(placement=placement, by=request.actor, **form.cleaned_data)
        except services.Changed:
            form.add_error(None, _("Somebody else has changed this place. Compare and save again."))
            form.data = {**request.POST.dict(), "version": str(placement.version)}
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Saved."))
            return redirect("employers:placement_detail", placement_id)
    return show(
        request,
        "employers/placement_form.html",
        placement.participant,
        info_type=InfoType.PLACEMENT,
        form=form,
        placement=placement,
        employer=placement.employer,
    )


@require_http_methods(["GET", "POST"])
def placement_end(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.PLACEMENT_WRITE)
    today = timezone.localdate()
    form = bound(request, PlacementEndForm, starts_on=placement.starts_on, today=today)
    if form.is_bound and form.is_valid():
        try:
            services.end_placement(placement=placement, by=request.actor, **form.cleaned_data)
        except services.Changed:
            messages.warning(request, _("Somebody else ended this place a moment ago."))
        else:
            messages.success(request, _("The place has ended. Ask once more how it is."))
        drafts.discard(request, request.actor)
        return redirect("employers:placement_detail", placement_id)
    return show(
        request,
        "employers/placement_end.html",
        placement.participant,
        info_type=InfoType.PLACEMENT,
        form=form,
        placement=placement,
    )


@require_POST
def placement_reopen(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.PLACEMENT_WRITE)
    services.reopen_placement(placement=placement, by=request.actor)
    messages.success(request, _("The place goes on."))
    return redirect("employers:placement_detail", placement_id)


def can_be_shown(placement: Placement) -> bool:
    """Whether there is anybody to show it to, and a person who may be shown."""
    person, employer = placement.participant, placement.employer
    return bool(employer.organisation_id and not placement.ended_on and not person.protection)


def find_placement(request: PortalRequest, placement_id: UUID) -> Placement:
    """Return a placement within reach; else 404."""
    within = Placement.objects.visible_to(request.actor)
    return get_object_or_404(
        within.select_related("participant", "employer", "supporter__user"),
        public_id=placement_id,
    )


def place_form[FormT: PlacementForm](
    request: PortalRequest, form_class: type[FormT], person: Participant, known: dict[str, Any]
) -> FormT:
    """Return the questions about a place, with the person's own colleagues to choose from."""
    team = team_of(person, {request.actor.membership_id, known["supporter"]})
    return bound(request, form_class, team=team, today=timezone.localdate(), initial=known)


def team_of(person: Participant, others: set[int]) -> QuerySet[Membership]:
    """Return those who may support: the person's contact and team, and a few by number."""
    is_contact = Q(main_contacts__participant=person, main_contacts__ended_at=None)
    is_on_team = Q(team_members__participant=person, team_members__ended_at=None)
    return (
        Membership.objects.current()
        .filter(is_contact | is_on_team | Q(pk__in=others))
        .select_related("user")
        .order_by("user__sort_key", "pk")
        .distinct()
    )
