from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.filters import COUNTED, CaseloadFilter, listing
from participants.models import Caseload, Contact, Reason, Step
from participants.services.plan import UNDO
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest

HEADLINES = (Reason.NEW, Reason.LATE_STEP, Reason.NO_NEXT_STEP, Reason.NO_CONTACT)


@require_safe
def person_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.CASELOAD_VIEW)
    today = timezone.localdate()
    form = CaseloadFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page, counted = listing(
        request.actor,
        today=today,
        q=chosen.get("q", ""),
        reason=chosen.get("varfor"),
        page=chosen.get("sida") or 1,
    )
    held = Caseload.objects.filter(pk__in=[pk for pk, _ in page.rows]).select_related("participant")
    found = {row.pk: row for row in held}
    rows = [(found[pk], reason) for pk, reason in page.rows if pk in found]
    steps = Step.objects.visible_to(request.actor).in_bulk(
        [row.next_step_id for row, _ in rows if row.next_step_id]
    )
    audit.record(
        AuditAct.LIST,
        "caseload",
        by=request.actor,
        participants=[row.participant_id for row, _ in rows],
        info_types=[InfoType.CONTACT, InfoType.PLAN],
    )
    context = {
        "form": form,
        "rows": [(row, reason, steps.get(row.next_step_id or 0)) for row, reason in rows],
        "page": page,
        "chosen": chosen,
        "today": today,
        "headlines": [(reason, counted[reason]) for reason in HEADLINES if counted[reason]],
        "total": sum(counted.values()),
        "is_many": any(count >= COUNTED for count in counted.values()),
        "counted": COUNTED,
        "saved": just_saved(request),
    }
    template = "participants/person_list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def just_saved(request: PortalRequest) -> Contact | None:
    """Return the note that the address says was saved just now, while it can be undone."""
    saved = request.GET.get("sparad", "")
    fresh = Contact.objects.visible_to(request.actor).filter(
        author_id=request.actor.user_id,
        removed_at=None,
        created_at__gt=timezone.now() - UNDO,
    )
    return next((one for one in fresh if str(one.public_id) == saved), None) if saved else None
