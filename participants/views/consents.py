from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.forms.consents import ConsentForm
from participants.models import Consent, consent_words
from participants.models.consents import sharing_now
from participants.services import consents as services
from participants.views.showing import bound, find_own, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

ALONE = {"halsa": InfoType.HEALTH, "pengar": InfoType.MONEY}  # `?om=` of the page that asks


@require_http_methods(["GET", "POST"])
def consent_record(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONSENT_RECORD)
    alone = ALONE.get(request.GET.get("om", ""))
    today = timezone.localdate()
    form = bound(request, ConsentForm, actor=request.actor, today=today, alone=alone)
    if form.is_bound and form.is_valid():
        with form.sending():
            services.record_consent(participant=person, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            words = _("%(name)s's yes is written down.") % {"name": person.first_name}
            messages.success(request, words)
            return redirect("person_record", person_id)
    return show(
        request,
        "participants/consent_record.html",
        person,
        form=form,
        alone=alone,
        aloud=consent_words.always(consent_words.latest(), sharing_now()),
    )


@require_safe
def consent_detail(request: PortalRequest, consent_id: UUID) -> HttpResponse:
    known = Consent.objects.visible_to(request.actor).select_related("receiver", "participant")
    consent = get_object_or_404(known, public_id=consent_id)
    same = known.in_force().filter(participant=consent.participant, receiver=consent.receiver)
    return show(
        request,
        "participants/consent_detail.html",
        consent.participant,
        consent=consent,
        words=consent.words,
        others=same.exclude(pk=consent.pk).order_by("info_type"),
        is_over=consent.ended_at <= timezone.now(),
        today=timezone.localdate(),
    )


@require_http_methods(["GET", "POST"])
def consent_withdraw(request: PortalRequest, consent_id: UUID) -> HttpResponse:
    consent = in_force(request, consent_id)
    held = Consent.objects.visible_to(request.actor).in_force()
    same = held.filter(participant=consent.participant_id, receiver=consent.receiver_id)
    return withdraw(request, consent, {}, list(same.order_by("info_type")))


@require_http_methods(["GET", "POST"])
def consent_withdraw_one(request: PortalRequest, consent_id: UUID) -> HttpResponse:
    consent = in_force(request, consent_id)
    return withdraw(request, consent, {"info_type": InfoType(consent.info_type)}, [consent])


def in_force(request: PortalRequest, consent_id: UUID) -> Consent:
    held = Consent.objects.visible_to(request.actor).in_force()
    within = held.select_related("receiver", "participant")
    consent: Consent = get_object_or_404(within, public_id=consent_id)
    authorize(request.actor, Permission.CONSENT_WITHDRAW)
    return consent


def withdraw(
    request: PortalRequest, consent: Consent, narrowed: dict[str, Any], ends: list[Consent]
) -> HttpResponse:
    person = consent.participant
    if request.method == "POST":
        services.withdraw_consents(
            participant=person, receiver=consent.receiver, by=request.actor, **narrowed
        )
        words = _("%(organisation)s no longer reads this.") % {"organisation": consent.receiver}
        messages.success(request, words)
        if request.actor.membership is None:
            return redirect("participants:who_sees")
        return redirect("person_record", person.public_id)
    return show(request, "participants/consent_withdraw.html", person, consent=consent, ends=ends)
