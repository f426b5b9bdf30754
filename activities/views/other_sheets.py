"""Whom one can turn to, and who they are: written by their own, or where they have nobody here."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import keeping
from activities.forms.sheets import SheetForm, SupportForm
from activities.models import Sheet, Support
from activities.services import sheets
from activities.views.sheets import kept, show, somebody_was_ahead
from participants.views.showing import bound
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from activities.forms.sheets import Written
    from portal.http import PortalRequest
    from portal.models import Organisation


@require_http_methods(["GET", "POST"])
def support_add(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SHEET_EDIT)
    own = keeping.organisations(request.actor)
    return add(request, Support, own, title=_("Somebody to turn to"))


@require_http_methods(["GET", "POST"])
def sheet_add(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SHEET_EDIT)
    own = keeping.organisations(request.actor).filter(sheet=None)
    return add(request, Sheet, own, title=_("Who you are"))


@require_http_methods(["GET", "POST"])
def support_change(request: PortalRequest, slug: str) -> HttpResponse:
    return change(request, find_support(request, slug))


@require_http_methods(["GET", "POST"])
def sheet_change(request: PortalRequest, slug: str) -> HttpResponse:
    return change(request, find_sheet(request, slug))


@require_POST
def support_confirm(request: PortalRequest, slug: str) -> HttpResponse:
    return confirmed(request, find_support(request, slug))


@require_POST
def sheet_confirm(request: PortalRequest, slug: str) -> HttpResponse:
    return confirmed(request, find_sheet(request, slug))


def find_support(request: PortalRequest, slug: str) -> Support:
    """Return a support that the actor keeps true, or 404; 403 for who keeps none."""
    support = get_object_or_404(keeping.supports(request.actor), slug=slug)
    authorize(request.actor, Permission.SHEET_EDIT)
    return support


def find_sheet(request: PortalRequest, slug: str) -> Sheet:
    """Return the sheet of an organisation, in the same way."""
    known = keeping.sheets(request.actor).select_related("organisation")
    sheet = get_object_or_404(known, slug=slug)
    authorize(request.actor, Permission.SHEET_EDIT)
    return sheet


def add(
    request: PortalRequest,
    model: type[Support] | type[Sheet],
    own: Iterable[Organisation],
    *,
    title: str,
) -> HttpResponse:
    form_class: type[Written] = SupportForm if model is Support else SheetForm
    form: Written = bound(request, form_class, own=own)
    if form.is_bound and form.is_valid():
        today = timezone.localdate()
        with form.sending():
            sheets.add_sheet(model, by=request.actor, today=today, **form.said)
            kept(request, form)
            return redirect("activities:sheet_list")
    return show(request, form, title=title)


def change(request: PortalRequest, sheet: Support | Sheet) -> HttpResponse:
    """Ask, and save; whoever saves has read all of it, and so confirms it."""
    form_class: type[Written] = SupportForm if isinstance(sheet, Support) else SheetForm
    form: Written = bound(request, form_class, instance=copy(sheet))
    theirs: list[tuple[Any, str]] = []
    if form.is_bound and form.is_valid():
        said = form.said | {"verified_on": timezone.localdate()}
        try:
            sheets.change(sheet=sheet, by=request.actor, **said)
        except sheets.Changed:
            theirs = somebody_was_ahead(form, sheet)
        else:
            kept(request, form)
            return redirect("activities:sheet_list")
    return show(request, form, title=str(sheet), sheet=sheet, theirs=theirs)


def confirmed(request: PortalRequest, sheet: Support | Sheet) -> HttpResponse:
    sheets.confirm(sheet=sheet, today=timezone.localdate(), by=request.actor)
    messages.success(request, _("Thank you. Everybody reads that it is right."))
    return redirect("activities:sheet_list")
