from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from participants.forms.consents import ConsentForm
from participants.models import Consent
from participants.services import consents as services
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def consent_record(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.CONSENT_RECORD)
    form = bound(request, ConsentForm, actor=request.actor, today=timezone.localdate())
    if form.is_bound and form.is_valid():
        with form.sending():
            services.record_consent(participant=person, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            words = _("%(name)s's yes is written down.") % {"name": person.first_name}
            messages.success(request, words)
            return redirect("person_record", person_id)
    return show(request, "participants/consent_record.html", person, form=form)


@require_http_methods(["GET", "POST"])
def consent_withdraw(request: PortalRequest, consent_id: UUID) -> HttpResponse:
    held = Consent.objects.visible_to(request.actor).in_force()
    within = held.select_related("receiver", "participant")
    consent = get_object_or_404(within, public_id=consent_id)
    authorize(request.actor, Permission.CONSENT_WITHDRAW)
    person = consent.participant
    if request.method == "POST":
        services.withdraw_consents(participant=person, receiver=consent.receiver, by=request.actor)
        messages.success(
            request, _("%(organisation)s no longer reads.") % {"organisation": consent.receiver}
        )
        if request.actor.membership is None:
            return redirect("participants:who_sees")
        return redirect("person_record", person.public_id)
    return show(request, "participants/consent_withdraw.html", person, consent=consent)
