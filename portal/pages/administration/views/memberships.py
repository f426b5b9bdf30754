from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.filters import sort_text
from participants.views.showing import bound
from portal import drafts
from portal.models import Membership, Organisation
from portal.pages.administration.forms import (
    MembershipEndForm,
    MembershipLimitForm,
    RoleForm,
    SearchForm,
)
from portal.pages.administration.services import holding
from portal.pages.administration.services import memberships as services
from portal.pages.administration.views.accounts import about_role, find_account
from portal.pages.administration.views.organisations import again, find_organisation, listed, named
from portal.pages.administration.views.showing import Act, answered, look_again, paged, shown
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest
    from portal.models import User


def own() -> str:
    return _("Ask another administrator: nobody does this for themselves.")


@require_safe
def unit_choose(request: PortalRequest, user_id: int = 0) -> HttpResponse:
    """Choose where a colleague works: a new one, or one who has an account."""
    user = find_account(request, user_id) if user_id else None
    authorize(request.actor, Permission.MEMBERSHIP_EDIT)
    units = listed(Organisation.objects.open().units())
    units = named(units, sort_text(request.GET.get("q", "")[:100]).split())
    form = SearchForm(request.GET)
    return shown(
        request,
        "administration/unit_choose.html",
        search=form,
        account=user,
        **paged(request, units),
    )


@require_http_methods(["GET", "POST"])
def membership_start(request: PortalRequest, user_id: int, organisation_id: int) -> HttpResponse:
    user = find_account(request, user_id)
    unit = find_organisation(request, organisation_id)
    authorize(request.actor, Permission.MEMBERSHIP_EDIT)
    form = answered(request, RoleForm)
    if form.is_bound and form.is_valid():
        if not form.is_confirmed:
            return look_again(request, form, promise(form, user, unit), request.path)
        try:
            with form.sending():
                services.start_membership(
                    user=user, unit=unit, by=request.actor, **form.membership()
                )
                drafts.discard(request, request.actor)
                messages.success(request, _("%(name)s has a new role.") % {"name": user})
                return redirect("administration:account_detail", user.pk)
        except services.OwnMembership:
            form.add_error(None, own())
        except services.AlreadyHeld:
            form.add_error("role", _("The colleague has that role here already."))
        except services.UnitClosed:
            form.add_error(None, _("%(unit)s is closed. Choose another unit.") % {"unit": unit})
    return shown(
        request, "administration/membership_start.html", form=form, account=user, unit=unit
    )


def promise(form: RoleForm, user: User, unit: Organisation) -> Act:
    """Say what the role will be."""
    return Act(
        title=_("Shall %(name)s have this role?") % {"name": user},
        facts=about_role(form, unit),
        follows=[_("The role begins on its first day, and stands in the log with your name.")],
        submit=_("Give the role"),
    )


@require_http_methods(["GET", "POST"])
def membership_end(request: PortalRequest, membership_id: int) -> HttpResponse:
    membership = find_membership(request, membership_id)
    form = bound(request, MembershipEndForm, initial={"version": membership.version})
    if form.is_bound and form.is_valid():
        try:
            services.end_membership(
                membership=membership,
                by=request.actor,
                version=form.cleaned_data["version"],
                ended_at=form.ended_at(),
            )
        except services.OwnMembership:
            form.add_error(None, own())
        except services.HoldsPeople:
            form.add_error(None, _("Some would be left without a contact. They come first."))
        except services.Changed:
            membership.refresh_from_db()
            form = again(form, membership.version)
        else:
            return done(request, membership, _("The role of %(name)s ends."))
    return shown_with(request, "administration/membership_end.html", form, membership)


@require_http_methods(["GET", "POST"])
def membership_limit(request: PortalRequest, membership_id: int) -> HttpResponse:
    membership = find_membership(request, membership_id)
    begins = {"version": membership.version, "caseload_limit": membership.caseload_limit}
    form = bound(request, MembershipLimitForm, initial=begins)
    if form.is_bound and form.is_valid():
        try:
            services.change_membership(membership=membership, by=request.actor, **form.cleaned_data)
        except services.OwnMembership:
            form.add_error(None, own())
        except services.Changed:
            membership.refresh_from_db()
            form = again(form, membership.version)
        else:
            return done(request, membership, _("The limit of %(name)s is saved."))
    return shown_with(request, "administration/membership_limit.html", form, membership)


@require_POST
def membership_prolong(request: PortalRequest, membership_id: int) -> HttpResponse:
    membership = find_membership(request, membership_id)
    said = request.POST.get("version", "")
    version = int(said[:9]) if said.isascii() and said.isdecimal() else 0
    try:
        services.prolong_membership(membership=membership, by=request.actor, version=version)
    except services.OwnMembership:
        messages.error(request, own())
    except (services.Changed, services.AlreadyHeld):
        messages.error(request, _("The role has changed. Look at it again."))
    else:
        messages.success(request, _("The last day is taken away."))
    return redirect("administration:account_detail", membership.user_id)


def find_membership(request: PortalRequest, membership_id: int) -> Membership:
    """Return the role of a colleague."""
    authorize(request.actor, Permission.MEMBERSHIP_EDIT)
    known = Membership.objects.select_related("user", "unit__owner")
    return get_object_or_404(known, pk=membership_id)


def done(request: PortalRequest, membership: Membership, sentence: str) -> HttpResponse:
    """Go back to the colleague, with a sentence of what was done."""
    drafts.discard(request, request.actor)
    messages.success(request, sentence % {"name": membership.user})
    return redirect("administration:account_detail", membership.user_id)


def shown_with(
    request: PortalRequest, template: str, form: Any, membership: Membership
) -> HttpResponse:
    """Show what a membership holds above the form about it."""
    return shown(
        request,
        template,
        form=form,
        membership=membership,
        account=membership.user,
        holds=holding.of_membership(membership),
        is_own=membership.user_id == request.actor.user_id,
        now=timezone.now(),
    )
