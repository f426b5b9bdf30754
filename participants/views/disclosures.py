from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.filters import sort_text
from participants.forms.disclosures import DisclosureForm, PersonSearchForm
from participants.models import Disclosure, Participant
from participants.services import disclosures as services
from participants.views.showing import bound, show
from portal import audit, drafts
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

FOUND = 20  # people in a search; type more of the name to see fewer
LATEST = 50


@require_safe
def disclosure_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.DISCLOSURE_WRITE)
    words = sort_text(request.GET.get("q", "")[:100]).split()
    people = Participant.objects.visible_to(request.actor)
    for word in words:
        people = people.filter(sort_key__contains=word)
    found = list(people.order_by("sort_key", "pk")[:FOUND]) if words else []
    made = Disclosure.objects.visible_to(request.actor).select_related("participant", "author")
    rows = list(made.order_by("-disclosed_on", "-pk")[:LATEST])
    shown = {one.pk for one in found} | {one.participant_id for one in rows}
    if shown:
        audit.record(
            AuditAct.SEARCH if words else AuditAct.LIST,
            "disclosure",
            by=request.actor,
            participants=sorted(shown),
            info_types=[InfoType.CONTACT],
        )
    return render(
        request,
        "participants/disclosure_list.html",
        {
            "search": PersonSearchForm(request.GET),
            "asked": bool(words),
            "found": found,
            "rows": rows,
            "today": timezone.localdate(),
        },
    )


@require_http_methods(["GET", "POST"])
def disclosure_write(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Participant.objects.visible_to(request.actor), public_id=person_id)
    authorize(request.actor, Permission.DISCLOSURE_WRITE)
    form = bound(request, DisclosureForm)
    if form.is_bound and form.is_valid():
        with form.sending():
            services.write_disclosure(participant=person, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            messages.success(request, _("It is written down, and the person can read it."))
            return redirect("participants:disclosure_list")
    return show(request, "participants/disclosure_write.html", person, form=form)
