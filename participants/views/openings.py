"""The first meeting: what the intake sees of somebody who waits, and opening the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from participants.forms.protection import OpeningForm
from participants.models import Intake
from participants.services import openings
from participants.views.people import find_waiting
from participants.views.showing import bound, show
from portal import drafts
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def intake_open(request: PortalRequest, person_id: UUID) -> HttpResponse:
    """Say who waits, how they are reached and what they ask; with a reason, open the record."""
    person = find_waiting(request, person_id)
    authorize(request.actor, Permission.INTAKE_OPEN)
    waiting = Intake.objects.filter(participant=person, closed_at=None).first()
    if waiting is None or person.protection:
        raise Http404
    form = bound(request, OpeningForm)
    if form.is_bound and form.is_valid():
        try:
            openings.open_at_first_meeting(
                participant=person,
                by=request.actor,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except openings.TooFewWords:
            form.add_error("reason", _("Write a little more: at least 20 characters."))
        except openings.CannotOpen:
            raise Http404 from None
        else:
            drafts.discard(request, request.actor)
            return redirect("person_record", person_id)
    return show(
        request,
        "participants/intake_open.html",
        person,
        form=form,
        waiting=waiting,
        today=timezone.localdate(),
    )
