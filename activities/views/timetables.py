"""Other weekdays for somebody with a timetable: read what changes first, then save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities import timetables
from activities.forms.enrolments import DaysForm
from activities.models import Basis, Contract, Enrolment
from activities.services import taking_part
from participants.views.showing import find_person, show
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def enrolment_days(request: PortalRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = find_timetable(request, enrolment_id)
    posted = request.POST if request.method == "POST" else None
    form = DaysForm(posted, enrolment=enrolment)
    found = None
    if form.is_bound and form.is_valid():
        if "sure" in request.POST:
            save(request, enrolment, form)
            return redirect("person_record", enrolment.participant.public_id)
        found = timetables.preview(enrolment, **form.cleaned_data, actor=request.actor)
    return show(
        request,
        "activities/enrolment_days.html",
        find_person(request, enrolment.participant.public_id, Permission.ENROLMENT_WRITE),
        info_type=InfoType.ACTIVITY,
        form=form,
        enrolment=enrolment,
        found=found,
        shown=timetables.SHOWN,
        today=timezone.localdate(),
    )


def find_timetable(request: PortalRequest, enrolment_id: UUID) -> Enrolment:
    """Return a place with weekdays that the own organisation gave, or 404."""
    own = Enrolment.objects.visible_to(request.actor).filter(owner=request.actor.organisation_id)
    with_days = own.filter(activity__contract=Contract.SCHEDULE).exclude(weekdays=[])
    within = with_days.select_related("participant", "activity__place")
    enrolment = get_object_or_404(within, public_id=enrolment_id)
    authorize(request.actor, Permission.ENROLMENT_WRITE)
    if enrolment.basis == Basis.MANDATED:
        authorize(request.actor, Permission.RELEASE_WRITE)
    return enrolment


def save(request: PortalRequest, enrolment: Enrolment, form: DaysForm) -> None:
    """Save, and say where the person reads it."""
    try:
        taking_part.change_days(enrolment=enrolment, by=request.actor, **form.cleaned_data)
    except taking_part.PlaceEnded:
        messages.info(request, _("The place has an end, so its days stay as they are."))
    else:
        name = enrolment.participant.first_name
        messages.success(
            request, _("The days are changed. %(name)s sees it on Today.") % {"name": name}
        )
