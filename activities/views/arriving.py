"""*När du kommer*: codes and memberships, on the person's own page and on a colleague's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import arriving
from activities.models import Enrolment
from activities.services import door_codes, taking_part
from participants.views.mine import myself
from participants.views.showing import find_own, find_person, show
from portal.models import InfoType, Organisation
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest


@require_safe
def my_door(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.DOOR_EDIT)
    return shown(request, person, "activities/my_door.html", with_codes=True)


@require_safe
def person_door(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.ENROLMENT_WRITE)
    is_own_work: bool = person.is_own_work
    return shown(request, person, "activities/person_door.html", with_codes=is_own_work)


@require_POST
def door_code_draw(request: PortalRequest, person_id: UUID, unit_id: int) -> HttpResponse:
    person = find_own(request, person_id, Permission.DOOR_EDIT)
    today = timezone.localdate()
    units = arriving.comes_to(person, actor=request.actor, today=today)
    unit = get_object_or_404(Organisation.objects.filter(pk__in=units), pk=unit_id)
    try:
        door_codes.draw(participant=person, unit=unit, by=request.actor, today=today)
    except door_codes.IsProtected:
        raise Http404 from None
    except door_codes.NoneLeft:
        messages.error(request, _("So many have a code there already. A card works there too."))
    return back(request, person)


@require_POST
def door_code_end(request: PortalRequest, person_id: UUID, unit_id: int) -> HttpResponse:
    person = find_own(request, person_id, Permission.DOOR_EDIT)
    unit = get_object_or_404(Organisation, pk=unit_id)
    door_codes.end(participant=person, unit=unit, by=request.actor)
    messages.success(request, _("The code has stopped working."))
    return back(request, person)


@require_POST
def list_answer(request: PortalRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = find_enrolment(request, enrolment_id)
    says_yes = request.POST.get("svar") == "ja"
    if taking_part.stand_on_list(enrolment=enrolment, by=request.actor, says_yes=says_yes):
        messages.success(request, _("Saved. It can be changed here at any time."))
    return back(request, enrolment.participant)


@require_POST
def enrolment_return(request: PortalRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = find_enrolment(request, enrolment_id)
    if taking_part.come_back(enrolment=enrolment, by=request.actor, today=timezone.localdate()):
        messages.success(request, _("Welcome back! The place is there, from today."))
    return back(request, enrolment.participant)


def find_enrolment(request: PortalRequest, enrolment_id: UUID) -> Enrolment:
    rows = Enrolment.objects.visible_to(request.actor).select_related("participant", "activity")
    enrolment = get_object_or_404(rows, public_id=enrolment_id)
    authorize(request.actor, Permission.DOOR_EDIT)
    return enrolment


def shown(
    request: PortalRequest, person: Participant, template: str, *, with_codes: bool
) -> HttpResponse:
    """Show codes to the person and to those who work with them: a yes to read hands out no keys."""
    today, actor = timezone.localdate(), request.actor
    has_codes = with_codes and not person.protection
    still, former = arriving.current_and_former(person, actor=actor, today=today)
    return show(
        request,
        template,
        person,
        info_type=InfoType.ACTIVITY,
        houses=arriving.houses(person, actor=actor, today=today) if has_codes else [],
        memberships=still,
        former=former,
        today=today,
    )


def back(request: PortalRequest, person: Participant) -> HttpResponse:
    """Return to the page of whoever pressed: the person's own, or the colleague's."""
    if request.actor.membership is None:
        return redirect("activities:my_door")
    return redirect("activities:person_door", person.public_id)
