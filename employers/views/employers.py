from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employers.forms.employers import EmployerForm, EmployerSearchForm, NewEmployerForm
from employers.models import Employer, EmployerAsk, Placement
from employers.notifications.asking import not_arrived
from employers.services import employers as services
from participants.models import Participant
from participants.views.showing import bound
from portal import audit, drafts
from portal.http import followed, page_of
from portal.models import AuditAct, InfoType, Level
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.http import PortalRequest

PAGE = 50
LAST_PAGE = 200
ASKS = 5  # the latest
PEOPLE = 20  # of one's own at one employer


@require_safe
def employer_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.EMPLOYER_LIST)
    form = EmployerSearchForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, LAST_PAGE)
    q = chosen.get("q", "")
    found = Employer.objects.visible_to(request.actor).called(q).alphabetical()
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "form": form,
        "employers": rows[:PAGE],
        "q": q,
        "page": page,
        "has_next": len(rows) > PAGE,
        "to_ring": silent(request),
    }
    return followed(request, "employers/employer_list.html", context, found=len(rows[:PAGE]))


def silent(request: PortalRequest) -> QuerySet[EmployerAsk]:
    """Return the questions in one's own hand that nobody has answered, and so one rings."""
    mine = EmployerAsk.objects.visible_to(request.actor).in_hand_of(request.actor.membership)
    return (
        mine.silent(timezone.localdate())
        .select_related("employer")
        .order_by("ring_on", "pk")[:PAGE]
    )


@require_http_methods(["GET", "POST"])
def employer_add(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.EMPLOYER_ADD)
    person = waiting_person(request)
    form = bound(request, NewEmployerForm, initial={"name": request.GET.get("namn", "")[:200]})
    if form.is_bound and form.is_valid():
        with form.sending():
            employer = services.add_employer(by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            if person:
                return redirect("employers:placement_new", person.public_id, employer.public_id)
            messages.success(request, _("%(name)s is in the register.") % {"name": employer})
            return redirect("employers:employer_detail", employer.public_id)
    status = 422 if form.errors else 200
    return render(request, "employers/employer_form.html", {"form": form}, status=status)


def waiting_person(request: PortalRequest) -> Participant | None:
    """Return the person whose new place waits for this employer, if the address names one."""
    asked = request.GET.get("person", "")
    within = Participant.objects.visible_to(request.actor, Level.READ)
    try:
        return within.filter(public_id=asked).first() if asked else None
    except (ValueError, TypeError):
        return None


@require_safe
def employer_detail(request: PortalRequest, employer_id: UUID) -> HttpResponse:
    employer = find_employer(request, employer_id)
    here = list(
        Placement.objects.visible_to(request.actor)
        .open()
        .filter(employer=employer)
        .select_related("participant")
        .order_by("participant__sort_key", "pk")[:PEOPLE]
    )
    if here:
        audit.record(
            AuditAct.LIST,
            "placement",
            by=request.actor,
            participants=[one.participant_id for one in here],
            info_types=[InfoType.PLACEMENT],
        )
    within = EmployerAsk.objects.visible_to(request.actor).filter(employer=employer)
    asks = list(within.select_related("asker__user").newest_first()[:ASKS])
    context = {
        "employer": employer,
        "here": here,
        "asks": asks,
        "not_arrived": not_arrived([one.pk for one in asks if not one.answer]),
        "today": timezone.localdate(),
    }
    return render(request, "employers/employer_detail.html", context)


@require_http_methods(["GET", "POST"])
def employer_edit(request: PortalRequest, employer_id: UUID) -> HttpResponse:
    employer = find_employer(request, employer_id)
    authorize(request.actor, Permission.EMPLOYER_ADD)
    known = {name: getattr(employer, name) for name in EmployerForm.base_fields}
    form = bound(request, EmployerForm, initial=known)
    if form.is_bound and form.is_valid():
        services.change_employer(employer=employer, by=request.actor, **form.cleaned_data)
        drafts.discard(request, request.actor)
        messages.success(request, _("Saved."))
        return redirect("employers:employer_detail", employer_id)
    status = 422 if form.errors else 200
    context = {"form": form, "employer": employer}
    return render(request, "employers/employer_form.html", context, status=status)


def find_employer(request: PortalRequest, employer_id: UUID) -> Employer:
    """Return an employer of the register; who may not open the register gets 403."""
    authorize(request.actor, Permission.EMPLOYER_LIST)
    return get_object_or_404(Employer.objects.visible_to(request.actor), public_id=employer_id)
