"""A guide gives a person a place in an activity, and ends it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.forms.enrolments import EnrolmentEndForm, EnrolmentForm
from activities.models import EndReason, Enrolment
from activities.services import taking_part
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.actor import Actor
    from portal.http import PortalRequest

MOST = 50


@require_http_methods(["GET", "POST"])
def enrolment_add(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.ENROLMENT_WRITE)
    form = bound(request, EnrolmentForm, actor=request.actor)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                taking_part.enrol(participant=person, by=request.actor, **form.cleaned_data)
                drafts.discard(request, request.actor)
                messages.success(request, _("The place is given."))
                return redirect("person_record", person_id)
        except taking_part.AlreadyEnrolled:
            form.add_error("activity", _("The person has a place there already."))
        except taking_part.CannotMandate:
            form.add_error("basis", _("Choose an activity with a timetable, or the own choice."))
        except taking_part.CannotEnrol:
            form.add_error("activity", _("Nobody is enrolled there: one just comes."))
    return show(
        request,
        "activities/enrolment_add.html",
        person,
        info_type=InfoType.ACTIVITY,
        form=form,
        current=current(person, request.actor),
    )


@require_http_methods(["GET", "POST"])
def enrolment_end(request: PortalRequest, enrolment_id: UUID) -> HttpResponse:
    own = Enrolment.objects.visible_to(request.actor).filter(owner=request.actor.organisation_id)
    within = own.filter(ended_on=None).select_related("participant", "activity")
    enrolment = get_object_or_404(within, public_id=enrolment_id)
    authorize(request.actor, Permission.ENROLMENT_WRITE)
    form = bound(request, EnrolmentEndForm, enrolment=enrolment)
    if form.is_bound and form.is_valid():
        taking_part.end_enrolment(
            enrolment=enrolment,
            by=request.actor,
            ended_on=form.cleaned_data["ended_on"],
            reason=EndReason(form.cleaned_data["end_reason"]),
        )
        drafts.discard(request, request.actor)
        messages.success(request, _("The place has an end. Coming back needs no explanation."))
        return redirect("person_record", enrolment.participant.public_id)
    return show(
        request,
        "activities/enrolment_end.html",
        enrolment.participant,
        info_type=InfoType.ACTIVITY,
        form=form,
        enrolment=enrolment,
    )


def current(person: Participant, actor: Actor) -> list[Enrolment]:
    """Return the places that a person has, or is about to have, as the actor may see them."""
    places = Enrolment.objects.visible_to(actor).current(timezone.localdate())
    return list(
        places.filter(participant=person)
        .select_related("activity")
        .order_by("started_on", "pk")[:MOST]
    )
