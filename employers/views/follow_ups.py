from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employers.forms.follow_ups import FollowUpForm
from employers.services import follow_ups as services
from employers.views.placements import find_placement
from participants.views.showing import bound, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def follow_up_write(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.FOLLOW_UP_WRITE)
    person = placement.participant
    form = bound(request, FollowUpForm, name=person.first_name, now=timezone.now())
    if form.is_bound and form.is_valid():
        with form.sending():
            services.write_follow_up(placement=placement, by=request.actor, **form.fields_of_note())
            drafts.discard(request, request.actor)
            messages.success(request, _("The follow-up is saved."))
            return redirect("employers:placement_detail", placement_id)
    return show(
        request,
        "employers/follow_up_write.html",
        person,
        info_type=InfoType.FOLLOW_UP,
        form=form,
        placement=placement,
    )


@require_POST
def follow_up_stop(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.FOLLOW_UP_WRITE)
    services.switch_follow_ups(placement=placement, by=request.actor, on=False)
    messages.success(request, _("No more follow-ups are planned. You can start them again."))
    return redirect("employers:placement_detail", placement_id)


@require_POST
def follow_up_start(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.FOLLOW_UP_WRITE)
    services.switch_follow_ups(placement=placement, by=request.actor, on=True)
    messages.success(request, _("The follow-ups are planned again."))
    return redirect("employers:placement_detail", placement_id)
