from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.filters import sort_text
from participants.forms.people import (
    ColleagueSearchForm,
    HandoverForm,
    MainContactForm,
    TeamMemberEndForm,
    TeamMemberForm,
    colleagues,
)
from participants.models import Consent, Goal, MainContact, Participant, Step, TeamMember
from participants.services import people as services
from participants.services.handovers import hand_over, may_stay
from participants.services.protection import NotNamed
from participants.views.people import find_waiting
from participants.views.showing import bound, find_own, show
from portal import drafts
from portal.http import posted
from portal.models import Level, Membership
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.forms import Form
    from portal.http import PortalRequest
    from portal.permissions import Role

SHOWN = 20  # colleagues in a search; type more of the name to see fewer


def searched(
    request: PortalRequest, *besides: Role
) -> tuple[ColleagueSearchForm, QuerySet[Membership]]:
    """Return the search form and the colleagues whose name holds what was typed."""
    form = ColleagueSearchForm(request.GET)
    found = colleagues(*besides)
    for word in sort_text(request.GET.get("q", "")[:100]).split():
        found = found.filter(user__sort_key__contains=word)
    return form, found


@require_safe
def main_contact_choose(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_waiting(request, person_id)
    authorize(request.actor, Permission.INTAKE_ASSIGN)
    search, found = searched(request)
    own = found.filter(unit__owner=request.actor.organisation_id or 0)
    return show(
        request,
        "participants/colleague_choose.html",
        person,
        question=_("Who becomes the contact of %(name)s?") % {"name": person.first_name},
        act="participants:main_contact_set",
        search=search,
        colleagues=own[:SHOWN],
    )


@require_http_methods(["GET", "POST"])
def main_contact_set(request: PortalRequest, person_id: UUID, membership_id: int) -> HttpResponse:
    person = find_waiting(request, person_id)
    authorize(request.actor, Permission.INTAKE_ASSIGN)
    own = colleagues().filter(unit__owner=request.actor.organisation_id or 0)
    membership = get_object_or_404(own, pk=membership_id)
    giver = giver_of(person)
    along = giver.user.first_name if giver and may_stay(giver, membership) else ""
    takes_it = person.in_intake and membership.pk == request.actor.membership_id
    form: Form = (
        bound(request, MainContactForm) if takes_it else bound(request, HandoverForm, giver=along)
    )
    touches_others = not takes_it and membership != giver
    is_sure = "sure" in request.POST or not touches_others
    is_filled_in = form.is_bound and form.is_valid()
    if is_filled_in and is_sure and changed(request, person, membership, form):
        return onwards(request, person)
    is_shown = is_filled_in and not is_sure
    return show(
        request,
        "participants/main_contact_set.html",
        person,
        form=form,
        membership=membership,
        giver=giver,
        is_shown=is_shown,
        answers=posted(request),
        along=along if is_shown and form.cleaned_data.get("comes_along") else "",
        today=timezone.localdate(),
        **goes_along(request, person),
    )


def changed(
    request: PortalRequest, person: Participant, membership: Membership, form: Form
) -> bool:
    """Change the contact, and answer whether it went well; else the form says what to do."""
    try:
        hand_over(participant=person, membership=membership, by=request.actor, **form.cleaned_data)
    except NotNamed:
        form.add_error(None, _("Your manager has to name this colleague first."))
        return False
    except services.NoLongerWorks:
        form.add_error(None, _("This colleague has just stopped working here. Choose another."))
        return False
    drafts.discard(request, request.actor)
    said = {"colleague": membership.user.name, "name": person.first_name}
    messages.success(request, _("%(colleague)s is the contact of %(name)s now.") % said)
    return True


def giver_of(person: Participant) -> Membership | None:
    """Return the contact that the person has now, if they work here still."""
    held = MainContact.objects.open().filter(participant=person)
    current = Membership.objects.current().filter(pk__in=held.values("membership"))
    return current.select_related("user", "unit").first()


def goes_along(request: PortalRequest, person: Participant) -> dict[str, Any]:
    """Return what the new contact finds in the record, as far as who hands over sees it."""
    actor, of = request.actor, {"participant": person}
    yes = Consent.objects.visible_to(actor).in_force().filter(**of).select_related("receiver")
    return {
        "goal": Goal.objects.visible_to(actor).current().filter(**of).first(),
        "step": Step.objects.visible_to(actor).open().filter(**of).soonest_first().first(),
        "receivers": sorted({one.receiver.name for one in yes[:SHOWN]}),
    }


@require_safe
def team_member_choose(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.TEAM_EDIT)
    search, found = searched(request)
    return show(
        request,
        "participants/colleague_choose.html",
        person,
        question=_("Who will walk along with %(name)s?") % {"name": person.first_name},
        act="participants:team_member_add",
        search=search,
        colleagues=found[:SHOWN],
    )


@require_http_methods(["GET", "POST"])
def team_member_add(request: PortalRequest, person_id: UUID, membership_id: int) -> HttpResponse:
    person = find_own(request, person_id, Permission.TEAM_EDIT)
    membership = get_object_or_404(colleagues(), pk=membership_id)
    form = bound(request, TeamMemberForm)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                services.add_team_member(
                    participant=person, membership=membership, by=request.actor, **form.cleaned_data
                )
                drafts.discard(request, request.actor)
                messages.success(
                    request, _("%(name)s is on the team.") % {"name": membership.user.name}
                )
                return redirect("person_record", person_id)
        except services.NeedsConsent:
            form.add_error(
                None,
                _("%(name)s has to say yes first. Write down the yes to %(organisation)s.")
                % {"name": person.first_name, "organisation": membership.unit.owner},
            )
        except NotNamed:
            form.add_error(None, _("Your manager has to name this colleague first."))
        except services.AlreadyOnTeam:
            form.add_error(None, _("This colleague is on the team already."))
    return show(
        request, "participants/team_member_add.html", person, form=form, membership=membership
    )


@require_http_methods(["GET", "POST"])
def team_member_end(request: PortalRequest, person_id: UUID, membership_id: int) -> HttpResponse:
    person = find_own(request, person_id, Permission.TEAM_EDIT)
    members = TeamMember.objects.open().select_related("participant", "membership__user")
    member = get_object_or_404(members, participant=person, membership=membership_id)
    form = bound(request, TeamMemberEndForm)
    if form.is_bound and form.is_valid():
        services.end_team_member(member=member, by=request.actor, **form.cleaned_data)
        drafts.discard(request, request.actor)
        messages.success(request, _("The work has ended. The history stays."))
        return onwards(request, person)
    return show(request, "participants/team_member_end.html", person, form=form, member=member)


def onwards(request: PortalRequest, person: Participant) -> HttpResponse:
    """Go to the record, or to the list when the record is out of reach now."""
    reached = Participant.objects.visible_to(request.actor, Level.READ).filter(pk=person.pk)
    if request.actor.has_perm(Permission.RECORD_VIEW) and reached.exists():
        return redirect("person_record", person.public_id)
    return redirect("start")
