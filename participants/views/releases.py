from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.models import Consent, Release, Sharing
from participants.models.items import find_items
from participants.services import releases as services
from participants.views.mine import myself
from participants.views.showing import find_person, show
from portal.http import page_of
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Item, Participant
    from participants.models.items import Found
    from portal.http import PortalRequest

PAGE = 20
FARTHEST = 50  # pages


@require_http_methods(["GET", "POST"])
def release_make(request: PortalRequest, item_id: UUID) -> HttpResponse:
    item, found = find_own(request, item_id)
    held = Consent.objects.visible_to(request.actor).in_force()
    choices = held.filter(
        participant=item.participant_id, info_type=item.info_type, sharing=Sharing.PUSH
    ).select_related("receiver")
    if request.method == "POST":
        return handed_out(request, item, list(choices))
    handed = Release.objects.visible_to(request.actor).standing().filter(item_id=item_id)
    to = {one.consent_id: one for one in handed}
    rows = [(one, to.get(one.pk)) for one in choices.order_by("receiver__name", "pk")]
    return show(
        request,
        "participants/release_make.html",
        item.participant,
        info_type=InfoType(item.info_type),
        item_id=item_id,
        found=found,
        rows=rows,
        today=timezone.localdate(),
    )


def find_own(request: PortalRequest, item_id: UUID) -> tuple[Item, Found]:
    """Return an item that the actor's own organisation answers for, with its words; else 404."""
    authorize(request.actor, Permission.RELEASE_MAKE)
    found = find_items(request.actor, [item_id]).get(item_id)
    if found is None:
        raise Http404
    model = cast("Any", found.model)
    within = model.objects.visible_to(request.actor).filter(owner=request.actor.organisation_id)
    return get_object_or_404(within.select_related("participant"), pk=found.pk), found


def handed_out(request: PortalRequest, item: Item, choices: list[Consent]) -> HttpResponse:
    by_id = {str(one.public_id): one for one in choices}
    consent = by_id.get(request.POST.get("consent", ""))
    ended = _("The yes has ended. Nothing was handed out.")
    if consent is None:  # since the page was opened
        messages.warning(request, ended)
        return redirect("participants:release_make", item.public_id)
    try:
        services.release_item(item=item, consent=consent, by=request.actor)
    except services.NoYes:
        messages.warning(request, ended)
    except services.ForUsAlone:
        messages.warning(request, _("This note is for your own organisation only."))
    else:
        words = _("%(organisation)s can read this now.")
        messages.success(request, words % {"organisation": consent.receiver})
    return redirect("participants:release_make", item.public_id)


@require_POST
def release_take_back(request: PortalRequest, release_id: UUID) -> HttpResponse:
    within = Release.objects.visible_to(request.actor).select_related("consent", "participant")
    if request.actor.membership:
        within = within.filter(owner=request.actor.organisation_id)
    release = get_object_or_404(within, public_id=release_id)
    authorize(request.actor, Permission.RELEASE_TAKE_BACK)
    services.take_back_release(release=release, by=request.actor)
    messages.success(request, _("It is taken back, and cannot be read there any more."))
    if request.actor.membership is None:
        return redirect("participants:my_releases")
    return redirect("participants:release_list", release.participant.public_id)


@require_safe
def my_releases(request: PortalRequest) -> HttpResponse:
    return listed(request, myself(request, Permission.PLAN_VIEW))


@require_safe
def release_list(request: PortalRequest, person_id: UUID) -> HttpResponse:
    return listed(request, find_person(request, person_id, Permission.RELEASE_MAKE))


def listed(request: PortalRequest, person: Participant) -> HttpResponse:
    """Show what was handed out of a person, the latest first, as far as the reader sees it."""
    page = page_of(request, FARTHEST)
    known = Release.objects.visible_to(request.actor).filter(participant=person)
    joined = known.select_related("consent__receiver", "author", "owner")
    rows = list(joined.order_by("-created_at", "-pk")[(page - 1) * PAGE : page * PAGE + 1])
    found = find_items(request.actor, {one.item_id for one in rows}) if rows else {}
    now = timezone.now()
    return show(
        request,
        "participants/release_list.html",
        person,
        rows=[(one, found.get(one.item_id), one.consent.ended_at <= now) for one in rows[:PAGE]],
        has_next=len(rows) > PAGE,
        page=page,
        ours=request.actor.organisation_id,
        today=timezone.localdate(),
    )
