"""A colleague helps a person to sign in: a code now, a card to keep, and "I have met you"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.forms.sign_in import ConfirmForm, PinForm
from participants.services import sign_in as services
from participants.views.showing import find_own, show
from portal.models import Met, Purpose
from portal.permissions import Permission
from portal.sign_in import cards

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest

HELP = Permission.SIGN_IN_HELP


@require_safe
def sign_in_help(request: PortalRequest, person_id: UUID) -> HttpResponse:
    return helped(request, find_own(request, person_id, HELP))


@require_POST
def code_hand(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, HELP)
    is_link = request.POST.get("purpose") == Purpose.LINK
    purpose = Purpose.LINK if is_link else Purpose.SIGN_IN
    try:
        code = services.hand_over_code(participant=person, by=request.actor, purpose=purpose)
    except services.WorksHere:
        return staff_account(request, person)
    return helped(request, person, code=code, is_link=is_link)


@require_http_methods(["GET", "POST"])
def card_make(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, HELP)
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            secret = services.hand_over_card(
                participant=person, by=request.actor, **form.cleaned_data
            )
        except services.WorksHere:
            return staff_account(request, person)
        address = request.build_absolute_uri(reverse("card"))
        return show(
            request,
            "participants/card_print.html",
            person,
            secret=secret,
            address=address,
            scanned=f"{address}#{secret}",
        )
    return show(request, "participants/card_make.html", person, form=form)


@require_POST
def card_end(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, HELP)
    services.end_card(participant=person, by=request.actor)
    messages.success(request, _("The card has stopped working."))
    return redirect("participants:sign_in_help", person_id)


@require_POST
def card_reopen(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, HELP)
    services.reopen_card(participant=person, by=request.actor)
    messages.success(request, _("The card works again."))
    return redirect("participants:sign_in_help", person_id)


@require_http_methods(["GET", "POST"])
def person_confirm(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, HELP)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        how = Met(form.cleaned_data["how"])
        try:
            services.confirm_person(participant=person, by=request.actor, how=how)
        except services.WorksHere:
            return staff_account(request, person)
        messages.success(request, _("Confirmed. A code now opens the whole account."))
        return redirect("participants:sign_in_help", person_id)
    return show(request, "participants/person_confirm.html", person, form=form)


def helped(request: PortalRequest, person: Participant, **context: Any) -> HttpResponse:
    card = cards.of(person.user, timezone.now()) if person.user else None
    is_frozen = card is not None and cards.is_frozen(card)
    context |= {"card": card, "is_frozen": is_frozen}
    return show(request, "participants/sign_in_help.html", person, **context)


def staff_account(request: PortalRequest, person: Participant) -> HttpResponse:
    messages.error(request, _("This account works here too. Ask the administrator instead."))
    return redirect("participants:sign_in_help", person.public_id)
