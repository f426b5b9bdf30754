from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.models import SignUp
from participants.forms.peers import CardForm
from participants.models.peers import AT
from participants.services import peers as services
from participants.views.peers import find_card
from participants.views.showing import bound, show
from portal import drafts
from portal.permissions import Permission, authorize
from portal.templatetags.dates import moment

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from activities.models import Session
    from participants.models import Participant
    from portal.http import PortalRequest

OFFERED = 10  # of the times one has said yes to, the soonest


@require_http_methods(["GET", "POST"])
def my_card(request: PortalRequest, card_id: UUID) -> HttpResponse:
    card = find_card(request, card_id)
    authorize(request.actor, Permission.CARD_SHOW)
    if card.taken_back_at:
        return redirect("participants:who_sees")
    today = timezone.localdate()
    times = coming(request, card.participant)
    begins = CardForm.about(card, today=today)
    form = bound(request, CardForm, times=times, today=today, initial=begins)
    if form.is_bound and form.is_valid():
        try:
            services.show_card(card=card, by=request.actor, **form.cleaned_data)
        except (services.IsProtected, services.HasEnded, services.TakenBack):
            messages.info(request, _("The card is not shown any more. Your contact knows why."))
        else:
            messages.success(
                request,
                _("%(name)s sees your card now.") % {"name": card.membership.user.first_name},
            )
        drafts.discard(request, request.actor)
        return redirect("participants:who_sees")
    return show(request, "participants/my_card.html", card.participant, card=card, form=form)


def coming(request: PortalRequest, person: Participant) -> list[tuple[dict[str, str], str]]:
    """Return the times to choose among, as the card keeps them and as they are read."""
    today = timezone.localdate()
    meant = SignUp.objects.visible_to(request.actor).standing().filter(participant=person)
    ahead = meant.filter(session__starts_at__gt=timezone.now(), session__cancelled_at=None)
    rows = ahead.select_related("session__activity__place").order_by("session__starts_at")
    found = []
    for one in rows[:OFFERED]:
        time = kept(one.session)
        found.append((time, f"{moment(one.session.starts_at, today)}: {time['what']}"))
    return found


def kept(session: Session) -> dict[str, str]:
    """Return a session as a card keeps it: when, what and where, in words."""
    activity = session.activity
    return {
        "at": timezone.localtime(session.starts_at).strftime(AT),
        "what": ", ".join(dict.fromkeys((activity.name, activity.place.name))),
    }
