"""The same sheet in English, written beside the Swedish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.forms.english import EnglishForm
from activities.services import sheets
from activities.views.hours import find_activity
from activities.views.other_sheets import find_sheet, find_support
from activities.views.sheets import show
from participants.views.showing import bound
from portal import drafts

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from activities.models import Activity, Sheet, Support
    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def of_activity(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    return write(request, activity, activity=activity)


@require_http_methods(["GET", "POST"])
def of_support(request: PortalRequest, slug: str) -> HttpResponse:
    return write(request, find_support(request, slug))


@require_http_methods(["GET", "POST"])
def of_sheet(request: PortalRequest, slug: str) -> HttpResponse:
    return write(request, find_sheet(request, slug))


def write(
    request: PortalRequest, sheet: Activity | Support | Sheet, **context: Any
) -> HttpResponse:
    """Ask for each text in English, with the Swedish at its side; and save."""
    form = bound(request, EnglishForm, sheet=sheet)
    theirs: list[tuple[Any, str]] = []
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            sheets.change(sheet=sheet, by=request.actor, version=version, english=form.said)
        except sheets.Changed:
            sheet.refresh_from_db()
            theirs = form.unlike(sheet)
            data = cast("QueryDict", form.data).copy()
            data["version"] = str(sheet.version)
            form.data = data
            form.add_error(None, sheets.AHEAD)
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Saved. Who reads in English reads this."))
            if context:
                return redirect("activities:hours_detail", sheet.slug)
            return redirect("activities:sheet_list")
    title = _("%(name)s in English") % {"name": sheet}
    return show(request, form, title=title, theirs=theirs, **context)
