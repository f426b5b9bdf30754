from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.forms.people import CloseForm
from participants.models import Participant
from participants.services import closing as services
from participants.views.people import find_waiting
from participants.views.showing import bound, find_own, show
from portal import audit, drafts
from portal.http import page_of
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

PAGE = 50
FARTHEST = 200


@require_http_methods(["GET", "POST"])
def person_close(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.PERSON_CLOSE)
    if not person.main_contacts.open().filter(membership=request.actor.membership).exists():
        raise PermissionDenied  # the one who holds the question lets go of it, nobody else
    form = bound(request, CloseForm)
    if form.is_bound and form.is_valid():
        reason = services.ClosingReason(form.cleaned_data["reason"])
        services.close_person(participant=person, by=request.actor, reason=reason)
        drafts.discard(request, request.actor)
        words = _("The support of %(name)s has ended. Your manager can open it again.")
        messages.success(request, words % {"name": person.name})
        return redirect("participants:person_list")
    return show(request, "participants/person_close.html", person, form=form)


@require_safe
def closed_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.PERSON_REOPEN)
    page = page_of(request, FARTHEST)
    within = Participant.objects.visible_to(request.actor).filter(closed_at__isnull=False)
    within = within.select_related("unit").order_by("-closed_at", "pk")
    rows = list(within[(page - 1) * PAGE : page * PAGE + 1])
    audit.record(
        AuditAct.LIST,
        "closing",
        by=request.actor,
        participants=[one.pk for one in rows[:PAGE]],
        info_types=[InfoType.CONTACT],
    )
    context = {"rows": rows[:PAGE], "page": page, "has_next": len(rows) > PAGE}
    context["today"] = timezone.localdate()
    return render(request, "participants/closed_list.html", context)


@require_POST
def person_reopen(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_waiting(request, person_id)
    authorize(request.actor, Permission.PERSON_REOPEN)
    services.reopen_person(participant=person, by=request.actor)
    words = _("%(name)s is welcome back, and waits for a contact in the intake.")
    messages.success(request, words % {"name": person.name})
    return redirect("participants:intake_list")
