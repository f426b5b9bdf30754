"""The room of whoever speaks for a person: to read what the paper covers, and nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import week
from participants.models import Goal, MainContact, Representative, Step
from portal import audit
from portal.models import AuditAct, InfoType
from portal.pages.record.current import current
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.actor import Actor
    from portal.http import PortalRequest

MOST = 100  # people of one representative: the law's own inspectors ask questions long before
STEPS = 20


@require_safe
def represented_list(request: PortalRequest) -> HttpResponse:
    """Show for whom the actor speaks today: name, as what, and until when."""
    authorize(request.actor, Permission.REPRESENTED_READ)
    mine = Representative.objects.visible_to(request.actor).select_related("participant", "owner")
    held = list(mine.order_by("participant__sort_key", "pk")[:MOST])
    if held:
        audit.record(
            AuditAct.LIST,
            "representative",
            by=request.actor,
            participants=sorted({one.participant_id for one in held}),
            info_types=[InfoType.CONTACT],
        )
    context = {"held": held, "today": timezone.localdate()}
    return render(request, "represented/represented_list.html", context)


@require_safe
def represented_detail(request: PortalRequest, representative_id: UUID) -> HttpResponse:
    """Show what one paper opens about one person; the look is written down on that ground."""
    within = Representative.objects.visible_to(request.actor).select_related("participant", "owner")
    one = get_object_or_404(within, public_id=representative_id)
    authorize(request.actor, Permission.REPRESENTED_READ)
    kinds = [InfoType(kind) for kind in one.info_types]
    audit.record(
        AuditAct.VIEW,
        "representative",
        by=request.actor,
        participants=[one.participant_id],
        subject_id=one.pk,
        info_types=kinds,
    )
    context = {
        "one": one,
        "person": one.participant,
        "closed": [kind.label for kind in InfoType if kind not in kinds],
        "today": timezone.localdate(),
        **opened(one, kinds, request.actor),
    }
    return render(request, "represented/represented_detail.html", context)


def opened(one: Representative, kinds: list[InfoType], actor: Actor) -> dict[str, Any]:
    """Return what the ticked kinds hold. Where a protected person is, and when, no screen tells."""
    person, today = one.participant, timezone.localdate()
    steps = Step.objects.visible_to(actor).filter(participant=person).open().soonest_first()
    goals = Goal.objects.visible_to(actor).current().filter(participant=person)
    contact = MainContact.objects.open().filter(participant=person)
    shows_places = not person.protection
    return {
        "contact": contact.select_related("membership__user", "membership__unit").first()
        if InfoType.CONTACT in kinds
        else None,
        "reads_contact": InfoType.CONTACT in kinds,
        "reads_plan": InfoType.PLAN in kinds,
        "goal": goals.values_list("text", flat=True).first(),
        "steps": list(steps.values("text", "due_on")[:STEPS]),
        "reads_week": InfoType.ACTIVITY in kinds and shows_places,
        "days": week.of(person, actor=actor, now=timezone.now()).days(today)
        if InfoType.ACTIVITY in kinds and shows_places
        else [],
        "places": current(person, actor, today) if shows_places else [],
    }
