from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employers.forms.cards import EmployerCardForm, SpokenCardForm
from employers.models import EmployerCard, Placement
from employers.services import cards as services
from employers.views.placements import find_placement
from participants.models import ConsentGiven
from participants.views.showing import bound, find_own, show
from portal import audit, drafts
from portal.models import AuditAct, Ground, InfoType
from portal.permissions import Permission, authorize
from portal.templatetags.phones import phone

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

MOST = 100  # cards shown to one employer


@require_safe
def workplace(request: PortalRequest) -> HttpResponse:
    """The first room of an employer, and the only one: what people show, each look written down."""
    authorize(request.actor, Permission.WORKPLACE_VIEW)
    within = EmployerCard.objects.visible_to(request.actor).select_related("supporter__user")
    cards = list(within.shown().order_by("first_name", "pk")[:MOST])
    if cards:
        audit.record(
            AuditAct.LIST,
            "employercard",
            by=request.actor,
            participants=[one.participant_id for one in cards],
            info_types=[InfoType.PLACEMENT],
            ground=Ground.CONSENT,
        )
    context = {
        "cards": cards,
        "waiting": within.filter(shown_at=None).count(),
        "today": timezone.localdate(),
    }
    return render(request, "employers/workplace.html", context)


@require_POST
def call_ask(request: PortalRequest, employer_card_id: UUID) -> HttpResponse:
    card = find_card(request, employer_card_id)
    authorize(request.actor, Permission.CALL_ASK)
    try:
        caller = services.ask_for_a_call(card=card, by=request.actor)
    except services.TakenBack as over:
        raise Http404 from over
    except services.NobodyToRing:
        words = _("Nobody can call you just now. Call %(phone)s, and we help you.")
        messages.error(request, words % {"phone": phone(settings.PORTAL_PHONE)})
        return redirect("employers:workplace")
    words = _("%(name)s calls you, tomorrow or the next working day. Is it urgent? Call.")
    messages.success(request, words % {"name": caller.user.first_name})
    return redirect("employers:workplace")


@require_http_methods(["GET", "POST"])
def card_show(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    """What the person shows: a yes of one's own, or a changed mind about the words."""
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.CARD_SHOW)
    return fill_in(request, placement, EmployerCardForm, "employers/card_show.html")


@require_http_methods(["GET", "POST"])
def card_record(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    """The same yes, given on paper or in speech."""
    placement = find_placement(request, placement_id)
    find_own(request, placement.participant.public_id, Permission.CONSENT_RECORD)
    return fill_in(request, placement, SpokenCardForm, "employers/card_record.html")


def fill_in(
    request: PortalRequest, placement: Placement, form_class: type[EmployerCardForm], template: str
) -> HttpResponse:
    today = timezone.localdate()
    card = standing_card(request, placement)
    begins = form_class.about(placement, card, today=today)
    form = bound(request, form_class, today=today, initial=begins)
    if form.is_bound and form.is_valid():
        said = {"given": ConsentGiven.PORTAL, **form.cleaned_data}
        name = {"name": placement.employer.name}
        try:
            services.show_card(placement=placement, by=request.actor, **said)
        except services.NothingToShow:
            messages.info(request, _("Nothing is shown to %(name)s now.") % name)
        else:
            messages.success(request, _("%(name)s reads what stands here now.") % name)
        drafts.discard(request, request.actor)
        return redirect("employers:placement_detail", placement.public_id)
    person = placement.participant
    words = {"form": form, "placement": placement, "card": card}
    return show(request, template, person, info_type=InfoType.PLACEMENT, **words)


@require_POST
def card_ask(request: PortalRequest, placement_id: UUID) -> HttpResponse:
    placement = find_placement(request, placement_id)
    authorize(request.actor, Permission.PLACEMENT_WRITE)
    name = {"name": placement.participant.first_name}
    try:
        services.ask(placement=placement, by=request.actor)
    except services.AskedAlready:
        messages.info(request, _("%(name)s has the question already.") % name)
    except services.TooSoon:
        messages.info(request, _("%(name)s said no a short while ago. Let it rest.") % name)
    except services.NothingToShow:
        messages.info(request, _("Nothing about %(name)s can be shown to the employer.") % name)
    else:
        messages.success(request, _("%(name)s chooses now what to show, or nothing.") % name)
    return redirect("employers:placement_detail", placement_id)


@require_POST
def card_take_back(request: PortalRequest, employer_card_id: UUID) -> HttpResponse:
    card = find_card(request, employer_card_id)
    authorize(request.actor, Permission.CONSENT_WITHDRAW)
    services.take_back_card(card=card, by=request.actor)
    name = {"name": card.receiver.name}
    if request.actor.membership:
        messages.success(request, _("%(name)s sees nothing of this now.") % name)
        return redirect("employers:placement_detail", card.placement.public_id)
    messages.success(request, _("%(name)s sees nothing of you now.") % name)
    return redirect("participants:who_sees")


def standing_card(request: PortalRequest, placement: Placement) -> EmployerCard | None:
    """Return the card of a place that nobody has taken back, as far as the actor reads it."""
    within = EmployerCard.objects.visible_to(request.actor).standing()
    return within.filter(placement=placement).first()


def find_card(request: PortalRequest, employer_card_id: UUID) -> EmployerCard:
    """Return a card within reach; to an employer only one that is shown: the rest is 404."""
    within = EmployerCard.objects.visible_to(request.actor).select_related(
        "receiver", "participant", "placement"
    )
    if request.actor.has_perm(Permission.WORKPLACE_VIEW):
        within = EmployerCard.objects.visible_to(request.actor).select_related("receiver").shown()
    found: EmployerCard = get_object_or_404(within, public_id=employer_card_id)
    return found
