"""*Allt om mig*: all that is held about a person, to read, print or keep (GDPR, article 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.views.mine import myself
from participants.views.showing import find_own
from portal import audit
from portal.models import AuditAct, InfoType
from portal.pages.extract import gathering
from portal.permissions import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest
    from portal.pages.extract.gathering import Extract


@require_safe
def my_extract(request: PortalRequest) -> HttpResponse:
    return read(request, myself(request, Permission.LOG_READ))


@require_safe
def my_extract_data(request: PortalRequest) -> HttpResponse:
    return kept(request, myself(request, Permission.LOG_READ))


@require_safe
def extract(request: PortalRequest, person_id: UUID) -> HttpResponse:
    return read(request, find_own(request, person_id, Permission.EXTRACT))


@require_safe
def extract_data(request: PortalRequest, person_id: UUID) -> HttpResponse:
    return kept(request, find_own(request, person_id, Permission.EXTRACT))


def taken(request: PortalRequest, person: Participant) -> Extract:
    """Write that a copy was taken, then gather it."""
    audit.record(
        AuditAct.EXPORT,
        "extract",
        by=request.actor,
        participants=[person.pk],
        subject_id=person.pk,
        info_types=list(InfoType),
    )
    return gathering.gather(person, by=request.actor, now=timezone.now())


def read(request: PortalRequest, person: Participant) -> HttpResponse:
    found = taken(request, person)
    context = {
        "person": person,
        "sections": list(gathering.in_words(found)),
        "looks": list(gathering.looks_in_words(found)),
        "receivers": found.receivers,
        "now": timezone.now(),
        "is_mine": request.actor.membership is None,
    }
    return render(request, "extract/extract.html", context)


def kept(request: PortalRequest, person: Participant) -> HttpResponse:
    data = gathering.as_data(taken(request, person))
    day = timezone.localdate()
    return JsonResponse(
        {"taken_on": day.isoformat(), **data},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="allt-om-mig-{day}.json"'},
    )
