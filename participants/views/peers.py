from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.forms.peers import ProposeForm
from participants.models import PeerCard
from participants.services import peers as services
from participants.views.showing import bound, find_own, show
from portal import audit, drafts
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

MOST = 100  # cards of one peer: a handful is usual


@require_http_methods(["GET", "POST"])
def peer_propose(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.PEER_PROPOSE)
    form = bound(request, ProposeForm)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                services.propose_peer(participant=person, by=request.actor, **form.cleaned_data)
                drafts.discard(request, request.actor)
                words = _("%(name)s chooses now what to show, or to show nothing.")
                messages.success(request, words % {"name": person.first_name})
                return redirect("participants:sharing", person_id)
        except services.IsProtected:
            form.add_error(None, _("Protected identity: take it with your manager instead."))
        except services.HasEnded:
            form.add_error(None, _("The support has ended. Nothing new is proposed."))
        except services.NoPeer:
            form.add_error("membership", _("Choose somebody else."))
        except services.AlreadyProposed:
            form.add_error("membership", _("The person has a card for this one already."))
    return show(request, "participants/peer_propose.html", person, form=form)


@require_POST
def card_take_back(request: PortalRequest, card_id: UUID) -> HttpResponse:
    card = find_card(request, card_id)
    authorize(request.actor, Permission.CARD_TAKE_BACK)
    services.take_back_card(card=card, by=request.actor)
    peer = {"name": card.membership.user.first_name}
    if request.actor.membership:
        messages.success(request, _("The card for %(name)s is taken back.") % peer)
        return redirect("participants:sharing", card.participant.public_id)
    messages.success(request, _("%(name)s sees nothing of you now.") % peer)
    return redirect("participants:who_sees")


@require_safe
def card_list(request: PortalRequest) -> HttpResponse:
    """The first room of a peer, and the only one: what people show, each look written down."""
    authorize(request.actor, Permission.CARD_READ)
    cards = list(PeerCard.objects.visible_to(request.actor).order_by("first_name", "pk")[:MOST])
    if cards:
        audit.record(
            AuditAct.LIST,
            "peercard",
            by=request.actor,
            participants=[one.participant_id for one in cards],
            info_types=[InfoType.CONTACT],
        )
    today = timezone.localdate()
    return render(request, "participants/card_list.html", {"cards": cards, "today": today})


def find_card(request: PortalRequest, card_id: UUID) -> PeerCard:
    """Return a card of a person within reach; to a peer it is none, who sees no such person."""
    within = PeerCard.objects.visible_to(request.actor)
    joined = within.select_related("participant", "membership__user", "membership__unit", "author")
    found: PeerCard = get_object_or_404(joined, public_id=card_id)
    return found
