"""A manager protects a person, names who may see, and lifts it; named staff open how to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.filters import sort_text
from participants.forms.people import colleagues
from participants.forms.protection import (
    NameColleagueForm,
    PersonSearchForm,
    ProtectionForm,
    ProtectionLiftForm,
)
from participants.models import (
    NamedStaff,
    Participant,
    ProtectedDetails,
    Protection,
    ProtectionChange,
)
from participants.services import protection as services
from participants.views.people import find_waiting
from participants.views.showing import bound, show
from participants.views.team import searched
from portal import audit, drafts
from portal.models import AuditAct, InfoType, Membership
from portal.permissions import Permission, Role, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

FEW = 10  # people in a search; write more of the name to see fewer
WHOLE = 2  # words of a name: one looks for somebody, and does not leaf through people
MOST = 50


@require_safe
def protected_list(request: PortalRequest) -> HttpResponse:
    """Show those whom the manager is named for, and find one person to protect."""
    authorize(request.actor, Permission.PROTECTION_SET)
    within = Participant.objects.visible_to(request.actor).open().order_by("sort_key", "pk")
    protected = list(within.exclude(protection=Protection.NONE)[:MOST])
    words = sort_text(request.GET.get("q", "")[:100]).split()
    found: list[Participant] = []
    if len(words) >= WHOLE:
        matching = within.filter(protection=Protection.NONE)
        for word in words:
            matching = matching.filter(sort_key__contains=word)
        found = list(matching[:FEW])
    audit.record(
        AuditAct.LIST,
        "protected",
        by=request.actor,
        participants=[one.pk for one in (*protected, *found)],
        info_types=[InfoType.CONTACT],
    )
    context = {
        "search": PersonSearchForm(request.GET),
        "found": found,
        "searched": bool(words),
        "protected": protected,
    }
    return render(request, "participants/protected_list.html", context)


def find_for_manager(request: PortalRequest, person_id: UUID) -> Participant:
    """Return somebody of the own units, or somebody protected whom the manager is named for."""
    person = find_waiting(request, person_id)
    authorize(request.actor, Permission.PROTECTION_SET)
    return person


@require_http_methods(["GET", "POST"])
def protection_set(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_for_manager(request, person_id)
    begins: dict[str, Any] = {"alias": services.invented_alias(person)}
    if person.protection:
        begins = {"alias": person.first_name, "protection": person.protection}
    form = bound(request, ProtectionForm, colleagues=working_with(person), initial=begins)
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        services.set_protection(
            participant=person,
            protection=answers["protection"],
            alias=answers["alias"],
            reason=answers["reason"],
            named=form.chosen(),
            by=request.actor,
        )
        drafts.discard(request, request.actor)
        messages.success(request, _("The person is protected. Only those you name see them now."))
        return redirect("participants:protection_set", person_id)
    return show(
        request,
        "participants/protection_set.html",
        person,
        form=form,
        named=named_for(request, person),
        history=ProtectionChange.objects.visible_to(request.actor)
        .filter(participant=person)
        .select_related("by")
        .order_by("-at", "-pk")[:MOST],
        today=timezone.localdate(),
    )


def working_with(person: Participant) -> list[Membership]:
    """Return those who work with somebody and are not named yet."""
    contacts = person.main_contacts.open().values("membership")
    team = person.team_members.open().values("membership")
    held = Membership.objects.current().filter(pk__in=contacts.union(team))
    named = NamedStaff.objects.open().filter(participant=person).values("membership")
    return list(held.exclude(pk__in=named).select_related("user").order_by("user__sort_key", "pk"))


def named_for(request: PortalRequest, person: Participant) -> list[NamedStaff]:
    named = NamedStaff.objects.visible_to(request.actor).open().filter(participant=person)
    return list(
        named.select_related("membership__user", "membership__unit").order_by("started_at", "pk")
    )


@require_http_methods(["GET", "POST"])
def protection_lift(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_for_manager(request, person_id)
    if not person.protection:
        return redirect("participants:protection_set", person_id)
    form = bound(request, ProtectionLiftForm)
    if form.is_bound and form.is_valid():
        services.lift_protection(participant=person, by=request.actor, **form.cleaned_data)
        drafts.discard(request, request.actor)
        messages.success(request, _("The protection is lifted. The history stays."))
        return redirect("participants:protected_list")
    return show(request, "participants/protection_lift.html", person, form=form)


@require_safe
def named_choose(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_for_manager(request, person_id)
    search, found = searched(request, Role.REPRESENTATIVE)
    return show(
        request,
        "participants/colleague_choose.html",
        person,
        question=_("Who may see %(name)s?") % {"name": person.first_name},
        act="participants:named_add",
        search=search,
        colleagues=found[:FEW],
    )


@require_http_methods(["GET", "POST"])
def named_add(request: PortalRequest, person_id: UUID, membership_id: int) -> HttpResponse:
    person = find_for_manager(request, person_id)
    membership = get_object_or_404(colleagues(Role.REPRESENTATIVE), pk=membership_id)
    form = bound(request, NameColleagueForm)
    if form.is_bound and form.is_valid():
        services.name_colleague(participant=person, membership=membership, by=request.actor)
        messages.success(request, _("%(name)s is named.") % {"name": membership.user.name})
        return redirect("participants:protection_set", person_id)
    return show(request, "participants/named_add.html", person, form=form, membership=membership)


@require_POST
def named_end(request: PortalRequest, person_id: UUID, membership_id: int) -> HttpResponse:
    person = find_for_manager(request, person_id)
    own = NamedStaff.objects.visible_to(request.actor).open().filter(participant=person)
    named = get_object_or_404(own.select_related("participant"), membership=membership_id)
    services.unname_colleague(named=named, by=request.actor)
    if named.membership_id == request.actor.membership_id:
        return redirect("participants:protected_list")
    return redirect("participants:protection_set", person_id)


@require_safe
def reach_show(request: PortalRequest, person_id: UUID) -> HttpResponse:
    """Show name and number of a protected person: a page of its own, and a line in the log."""
    own = ProtectedDetails.objects.visible_to(request.actor).select_related("participant")
    details = get_object_or_404(own, participant__public_id=person_id)
    return show(request, "participants/reach_show.html", details.participant, details=details)
