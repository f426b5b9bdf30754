"""*Våra blad*: all that a unit has written, in one list, and each of it to change."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import conflicts, keeping
from activities.forms.sheets import ActivityForm, WayForm
from activities.models import Activity, HoursRemark
from activities.notifications import confirming
from activities.services import sheets
from activities.views.hours import find_activity
from participants.views.showing import bound
from portal import drafts
from portal.models import Organisation
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model
    from django.http import HttpResponse, QueryDict

    from activities.forms.sheets import Written
    from portal.forms import Look
    from portal.http import PortalRequest

MOST = 100
IN_SIGHT = timedelta(days=60)  # after the last day, for who would have it go on


@require_safe
def sheet_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.SHEET_EDIT)
    today = timezone.localdate()
    runs = request.actor.has_perm(Permission.HOURS_EDIT)
    since = today - IN_SIGHT
    own = Activity.objects.run_by(request.actor).with_hours().running(since)
    own = own if runs else Activity.objects.none()
    still = Q(ended_on=None) | Q(ended_on__gte=since)
    oldest = ("verified_on", "pk") if not runs else ("name", "pk")
    supports = keeping.supports(request.actor).filter(still).select_related("organisation")
    said = keeping.sheets(request.actor).select_related("organisation")
    unsaid = keeping.organisations(request.actor).filter(sheet=None)
    context = {
        "activities": own.select_related("place")
        .prefetch_related("opening_rules")
        .order_by("name", "pk")[:MOST],
        "supports": supports.order_by(*oldest)[:MOST],
        "sheets": said.order_by("organisation__name", "pk")[:MOST],
        "may_add_sheet": unsaid.exists(),
        "remarks": remarks(request).order_by("written_at", "pk")[:MOST],
        "conflicts": conflicts.unsolved(request.actor, now=timezone.now()) if runs else [],
        "today": today,
        "runs": runs,
        "links": [] if runs else links(request),
    }
    return render(request, "activities/sheet_list.html", context)


def links(request: PortalRequest) -> list[tuple[Organisation, str]]:
    """Return what one may send to those who have nobody here: they confirm without signing in."""
    written = Q(supports__isnull=False) | Q(sheet__isnull=False)
    known = keeping.organisations(request.actor).filter(written).distinct()
    return [(one, confirming.link(one.pk)) for one in known.order_by("name", "pk")[:MOST]]


def remarks(request: PortalRequest) -> Any:
    """Return what somebody has written is wrong with the actor's sheets, and nobody has seen to."""
    about = (
        Q(activity__in=Activity.objects.run_by(request.actor))
        | Q(support__in=keeping.supports(request.actor))
        | Q(sheet__in=keeping.sheets(request.actor))
    )
    known = HoursRemark.objects.filter(about, handled_at=None)
    return known.select_related("activity", "support", "sheet__organisation")


@require_http_methods(["GET", "POST"])
def activity_add(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.HOURS_EDIT)
    own = Organisation.objects.filter(memberships=request.actor.membership)
    unit = get_object_or_404(own.select_related("owner"))
    form = bound(request, ActivityForm, owners=answering(unit))
    if form.is_bound and form.is_valid():
        said = {"owner": None} | form.said
        with form.sending():
            made = sheets.add_activity(unit=unit, by=request.actor, **said)
            kept(request, form)
            return redirect("activities:hours_detail", made.slug)
    return show(request, form, title=_("A new activity"))


def answering(unit: Organisation) -> list[Organisation]:
    """Return who may answer by law for a unit's lists: its own, or whom it does it for already."""
    run_for = Activity.objects.filter(organiser=unit).values("owner")
    known = Organisation.objects.filter(Q(pk__in=run_for) | Q(pk=unit.owner_id))
    return list(known.order_by("name", "pk"))


@require_http_methods(["GET", "POST"])
def activity_change(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    form = bound(request, ActivityForm, instance=copy(activity))
    theirs: list[tuple[Any, str]] = []
    if form.is_bound and form.is_valid():
        now, today = timezone.now(), timezone.localdate()
        try:
            sheets.change_activity(
                activity=activity, by=request.actor, today=today, now=now, **form.said
            )
        except sheets.Changed:
            theirs = somebody_was_ahead(form, activity)
        else:
            kept(request, form)
            return redirect("activities:hours_detail", slug)
    return show(request, form, title=activity.name, activity=activity, theirs=theirs)


@require_http_methods(["GET", "POST"])
def way_change(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    place = activity.place
    form = bound(request, WayForm, instance=copy(place))
    theirs: list[tuple[Any, str]] = []
    if form.is_bound and form.is_valid():
        try:
            sheets.change(sheet=place, by=request.actor, **form.said)
        except sheets.Changed:
            theirs = somebody_was_ahead(form, place)
        else:
            kept(request, form)
            return redirect("activities:hours_detail", slug)
    running = Activity.objects.public().running(timezone.localdate()).filter(place=place)
    others = list(running.exclude(pk=activity.pk).order_by("name")[:MOST])
    title = _("How to get to %(place)s") % {"place": place}
    return show(request, form, title=title, activity=activity, theirs=theirs, others=others)


def show(request: PortalRequest, form: Look, **context: Any) -> HttpResponse:
    """Show a sheet's questions, and what somebody else has written meanwhile."""
    status = 422 if form.errors else 200
    return render(request, "activities/sheet_change.html", {"form": form, **context}, status=status)


def kept(request: PortalRequest, form: Written) -> None:
    """Say that it is saved, and which text is hard to read for who is tired."""
    drafts.discard(request, request.actor)
    messages.success(request, _("Saved. Everybody reads it from now on."))
    if hard := form.hard:
        said = {"texts": get_text_list(hard, _("and"))}
        messages.info(
            request, _("Can it be easier to read? Shorten the sentences: %(texts)s") % said
        )


def somebody_was_ahead(form: Written, sheet: Model) -> list[tuple[Any, str]]:
    """Give the form back with all that was typed; return what the other wrote unlike it."""
    sheet.refresh_from_db()
    stored = type(form)(instance=sheet)
    found = list(unlike(form, stored))
    data = cast("QueryDict", form.data).copy()
    data["version"] = str(sheet.version)  # type: ignore[attr-defined]
    form.data = data
    form.add_error(
        None,
        _("Somebody else saved just before you. Compare with what stands there now, and save."),
    )
    return found


def unlike(form: Written, stored: Written) -> Iterator[tuple[Any, str]]:
    for name in stored._meta.fields or ():
        if name in form.fields:
            theirs = answer(stored.fields[name], stored[name].value())
            if theirs != answer(form.fields[name], form[name].value()):
                yield form.fields[name].label, theirs


def answer(field: forms.Field, value: Any) -> str:
    """Return an answer as one reads it."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if field.to_python(value) else _("No")
    chosen = value if isinstance(value, list | tuple) else [value]
    known = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return (
        ", ".join(known.get(str(one), str("" if one is None else one).strip()) for one in chosen)
        or "-"
    )
