from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.filters import sort_text
from participants.views.showing import bound
from portal import drafts
from portal.http import followed
from portal.models import Membership, Organisation, User
from portal.pages.administration.forms import (
    ConfirmForm,
    OrganisationAddForm,
    OrganisationChangeForm,
    OrganisationSearch,
)
from portal.pages.administration.models import Invitation
from portal.pages.administration.services import holding
from portal.pages.administration.services import organisations as services
from portal.pages.administration.views.showing import ALPHABET, paged, shown
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.http import PortalRequest

SOON = timedelta(days=30)
MOST_ENDING = 10


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.ORGANISATION_EDIT)
    now = timezone.now()
    ending = (
        Membership.objects.current(now)
        .filter(ended_at__lte=now + SOON)
        .select_related("user")
        .order_by("ended_at", "pk")
    )
    open_ones = Organisation.objects.open()
    return shown(
        request,
        "administration/home.html",
        units=open_ones.units().count(),
        organisations=open_ones.filter(parent=None).count(),
        working=Membership.objects.current(now).values("user").distinct().count(),
        invited=Invitation.objects.waiting().count(),
        without_role=User.objects.filter(pk__in=without_role(now)).count(),
        ending=[(one, holding.of_membership(one)) for one in ending[:MOST_ENDING]],
        today=timezone.localdate(),
    )


@require_safe
def organisation_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.ORGANISATION_EDIT)
    form = OrganisationSearch(request.GET)
    words = sort_text(request.GET.get("q", "")[:100]).split()
    found = listed(Organisation.objects.all())
    found = named(found, words) if words else found.filter(parent=None)
    context = {"form": form, "searched": bool(words), **paged(request, found)}
    return followed(
        request, "administration/organisation_list.html", context, found=len(context["rows"])
    )


@require_safe
def organisation_detail(request: PortalRequest, organisation_id: int) -> HttpResponse:
    organisation = find_organisation(request, organisation_id)
    members = (
        Membership.objects.current()
        .filter(unit=organisation)
        .select_related("user")
        .order_by("user__sort_key", "role", "pk")
    )
    return shown(
        request,
        "administration/organisation_detail.html",
        organisation=organisation,
        below=listed(organisation.children.all()),
        may_add=services.kinds_below(organisation),
        today=timezone.localdate(),
        **paged(request, members),
    )


@require_http_methods(["GET", "POST"])
def organisation_add(request: PortalRequest, organisation_id: int | None = None) -> HttpResponse:
    parent = find_organisation(request, organisation_id) if organisation_id else None
    authorize(request.actor, Permission.ORGANISATION_EDIT)
    kinds = services.kinds_below(parent)
    form = bound(request, OrganisationAddForm, kinds=kinds)
    if not kinds or (parent and parent.closed_at):
        messages.info(request, _("Nothing can be added here."))
        return redirect("administration:organisation_list")
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                added = services.add_organisation(
                    by=request.actor, parent=parent, **form.cleaned_data
                )
                drafts.discard(request, request.actor)
                messages.success(request, _("%(name)s is added.") % {"name": added})
                return redirect("administration:organisation_detail", added.pk)
        except services.NameTaken:
            form.add_error("name", _("There is one with that name here. Choose another name."))
    return shown(request, "administration/organisation_form.html", form=form, parent=parent)


@require_http_methods(["GET", "POST"])
def organisation_change(request: PortalRequest, organisation_id: int) -> HttpResponse:
    organisation = find_organisation(request, organisation_id)
    form = bound(
        request, OrganisationChangeForm, initial=OrganisationChangeForm.about(organisation)
    )
    if form.is_bound and form.is_valid():
        try:
            services.change_organisation(
                organisation=organisation, by=request.actor, **form.cleaned_data
            )
        except services.NameTaken:
            form.add_error("name", _("There is one with that name here. Choose another name."))
        except services.Changed:
            organisation.refresh_from_db()
            form = again(form, organisation.version)
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Saved. Confirmed today."))
            return redirect("administration:organisation_detail", organisation.pk)
    return shown(
        request, "administration/organisation_form.html", form=form, organisation=organisation
    )


@require_http_methods(["GET", "POST"])
def organisation_close(request: PortalRequest, organisation_id: int) -> HttpResponse:
    organisation = find_organisation(request, organisation_id)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, submit=_("Close the unit")
    )
    if form.is_bound and form.is_valid():
        try:
            services.close_organisation(organisation=organisation, by=request.actor)
        except services.InUse:
            form.add_error(None, _("Something belongs to it now. Read below what it is."))
        else:
            messages.success(request, _("%(name)s is closed.") % {"name": organisation})
            return redirect("administration:organisation_detail", organisation.pk)
    return shown(
        request,
        "administration/organisation_close.html",
        form=form,
        organisation=organisation,
        holds=holding.of_organisation(organisation),
    )


@require_POST
def organisation_open(request: PortalRequest, organisation_id: int) -> HttpResponse:
    organisation = find_organisation(request, organisation_id)
    services.open_organisation(organisation=organisation, by=request.actor)
    messages.success(request, _("%(name)s is open again.") % {"name": organisation})
    return redirect("administration:organisation_detail", organisation.pk)


def find_organisation(request: PortalRequest, organisation_id: int) -> Organisation:
    """Return an organisation, which is nobody's secret, to somebody who takes care of them."""
    authorize(request.actor, Permission.ORGANISATION_EDIT)
    known = Organisation.objects.select_related("parent__parent", "owner")
    return get_object_or_404(known, pk=organisation_id)


def listed(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return organisations as lists show them: open ones first, in Swedish order, with counts."""
    below = Count("children", filter=Q(children__closed_at=None))
    return (
        found.select_related("parent")
        .annotate(below=below)
        .order_by(F("closed_at").asc(nulls_first=True), ALPHABET, "pk")
    )


def named(found: QuerySet[Organisation], words: list[str]) -> QuerySet[Organisation]:
    """Return those whose name holds every word."""
    found = found.annotate(alphabet=ALPHABET)
    for word in words:
        found = found.filter(alphabet__contains=word)
    return found


def without_role(now: Any) -> QuerySet[Any]:
    """Return the active accounts of colleagues who have no role left."""
    goes_on = Q(ended_at=None) | Q(ended_at__gt=now)
    working = Membership.objects.filter(goes_on).values("user")
    had = Membership.objects.filter(user__is_active=True).exclude(user__in=working)
    return had.values("user").distinct()


def again(form: Any, version: int) -> Any:
    """Give a form back that somebody was ahead of: what was typed stays, and is compared anew."""
    data = form.data.copy()
    data["version"] = str(version)
    renewed = type(form)(data)
    renewed.is_valid()
    renewed.add_error(
        None, _("Somebody else saved just before you. Compare with what stands here, and save.")
    )
    return renewed
