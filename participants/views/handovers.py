from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from participants.models import Handover
from participants.models.handovers import latest_of
from participants.services import handovers as services
from participants.views.team import onwards
from portal import audit
from portal.http import page_of
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

PAGE = 50
FARTHEST = 20  # pages


@require_safe
def handover_list(request: PortalRequest) -> HttpResponse:
    """What is under way: to a manager in the units, to a colleague one's own people."""
    authorize(request.actor, Permission.INTAKE_ASSIGN)
    today, page = timezone.localdate(), page_of(request, FARTHEST)
    within = Handover.objects.visible_to(request.actor).open().with_giver()
    begins = (page - 1) * PAGE
    rows = list(within.order_by("created_at", "pk")[begins : begins + PAGE + 1])
    found = rows[:PAGE]
    if found:
        audit.record(
            AuditAct.LIST,
            "handover",
            by=request.actor,
            participants=[one.participant_id for one in found],
            info_types=[InfoType.CONTACT],
        )
    context = {
        "handovers": found,
        "late_from": latest_of(today),
        "page": page,
        "has_next": len(rows) > PAGE,
        "today": today,
    }
    return render(request, "participants/handover_list.html", context)


@require_POST
def handover_confirm(request: PortalRequest, handover_id: UUID) -> HttpResponse:
    within = Handover.objects.visible_to(request.actor).select_related("participant")
    handover = get_object_or_404(within, public_id=handover_id)
    authorize(request.actor, Permission.TEAM_EDIT)
    try:
        services.confirm_handover(handover=handover, by=request.actor)
    except services.NotTheirs as not_theirs:
        raise PermissionDenied(Permission.TEAM_EDIT) from not_theirs
    messages.success(request, _("Good that you have met. It is written down."))
    return onwards(request, handover.participant)
