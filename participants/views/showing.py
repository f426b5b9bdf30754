"""Fetch a person in scope, and show a page about one: its line in the log comes first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render

from participants import reach
from participants.models import Participant
from portal import access, audit, drafts
from portal.models import AuditAct, InfoType, Level
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.forms import Look
    from portal.http import PortalRequest


def find_person(request: PortalRequest, person_id: UUID, permission: Permission) -> Participant:
    """Return the person, or 404 when out of reach and 403 when the act is not the actor's."""
    within = Participant.objects.visible_to(request.actor, Level.READ)
    # as a dictionary, since the stubs take the name for a second one
    own = {"is_own_work": access.by_own_work(request.actor)}
    known = reach.asked(within).annotate(**own)
    person: Participant = get_object_or_404(known, public_id=person_id)
    authorize(request.actor, permission)
    return person


def find_own(request: PortalRequest, person_id: UUID, permission: Permission) -> Participant:
    """Return a person whom the actor works with; 403 too where the person's yes is all there is.

    A yes lets somebody read and write along. It hands out no keys, and widens no yes.
    """
    person = find_person(request, person_id, permission)
    if not person.is_own_work:
        raise PermissionDenied(permission)
    return person


def show(
    request: PortalRequest,
    template: str,
    person: Participant,
    *,
    info_type: InfoType = InfoType.CONTACT,
    **context: Any,
) -> HttpResponse:
    """Write who looked at whom, then render; a form with faults answers 422, with its text kept."""
    audit.record(
        AuditAct.VIEW,
        "participant",
        by=request.actor,
        participants=[person.pk],
        subject_id=person.pk,
        info_types=[info_type],
    )
    context["unreached"] = partial(reach.unreached, person)  # asked by the pages that say it
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    return render(request, template, {"person": person, **context}, status=status)


def bound[FormT: Look](request: PortalRequest, form_class: type[FormT], **kwargs: Any) -> FormT:
    """Return the form as it was posted; on a first look, with what was typed and never saved."""
    if request.method == "POST":
        form = form_class(request.POST, **kwargs)
    else:
        typed = drafts.typed(request.actor, request.path)
        known = {name: values[0] for name, values in typed.items() if len(values) == 1}
        many = {name: values for name, values in typed.items() if len(values) > 1}
        begins = kwargs.pop("initial", {})
        form = form_class(initial={**begins, **known, **many}, **kwargs)
        form.restored = bool(typed) and differs(form_class(initial=begins, **kwargs), typed)
    form.draft_ticket = drafts.ticket(request.actor, request.path)
    return form


def differs(form: Look, typed: dict[str, list[str]]) -> bool:
    """Tell whether what was typed is anything else than what the form begins with."""
    for name, values in typed.items():
        if name not in form.fields:
            continue
        begins = form[name].value()
        shown = begins if isinstance(begins, list | tuple) else [begins]
        if values != ["" if one is None else str(one) for one in shown]:
            return True
    return False
