"""The wall: what staff make ready, what the person reads first, and what the officer reads then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import releasing
from activities.forms.releases import ReleaseForm
from activities.models import MandatedRelease
from activities.services import releases as services
from participants.models import Participant
from participants.views.showing import bound, find_own, show
from portal import audit, drafts
from portal.http import page_of
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.http import PortalRequest

MOST = 20
PAGE, FARTHEST = 50, 100


@require_http_methods(["GET", "POST"])
def release_add(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.RELEASE_WRITE)
    form = bound(request, ReleaseForm)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                services.release(
                    participant=person, by=request.actor, now=timezone.now(), **form.cleaned_data
                )
                drafts.discard(request, request.actor)
                messages.success(
                    request,
                    _("It is ready. Tell %(name)s that it stands on Today.")
                    % {"name": person.first_name},
                )
                return redirect("activities:release_add", person_id)
        except services.NothingMandated:
            form.add_error(None, _("There are no decided days in that period. Nothing is sent."))
        except services.IsProtected:
            form.add_error(None, _("Protected identity: take it with your manager instead."))
    return show(
        request,
        "activities/release_add.html",
        person,
        info_type=InfoType.ACTIVITY,
        form=form,
        made=with_states(request, of_person(request, person)),
        today=timezone.localdate(),
    )


def of_person(request: PortalRequest, person: Participant) -> QuerySet[MandatedRelease]:
    made = MandatedRelease.objects.visible_to(request.actor).filter(participant=person)
    return made.select_related("receiver", "released_by").order_by("-released_at", "-pk")


def with_states(
    request: PortalRequest, made: QuerySet[MandatedRelease]
) -> list[tuple[MandatedRelease, Any, bool]]:
    """Return each with where it is, and whether a day has been corrected since."""
    now, copies = timezone.now(), list(made[:MOST])
    outdated = releasing.outdated(copies, actor=request.actor)
    return [(one, one.state(now), one.pk in outdated) for one in copies]


@require_POST
def release_take_back(request: PortalRequest, mandated_id: UUID) -> HttpResponse:
    made = MandatedRelease.objects.visible_to(request.actor).select_related("participant")
    release = get_object_or_404(made, public_id=mandated_id)
    authorize(request.actor, Permission.RELEASE_WRITE)
    services.take_back(release=release, by=request.actor, now=timezone.now())
    messages.success(request, _("It is taken back. Nobody opens it any more."))
    return redirect("activities:release_add", release.participant.public_id)


def myself(request: PortalRequest) -> Participant:
    """Return the participant who is signed in; anybody else has no such page."""
    authorize(request.actor, Permission.PLAN_VIEW)
    within = Participant.objects.visible_to(request.actor)
    return get_object_or_404(within, user=request.actor.user)


@require_safe
def my_release_list(request: PortalRequest) -> HttpResponse:
    person = myself(request)
    return show(
        request,
        "activities/my_release_list.html",
        person,
        info_type=InfoType.ACTIVITY,
        made=with_states(request, of_person(request, person)),
        today=timezone.localdate(),
    )


def find_mine(request: PortalRequest, mandated_id: UUID) -> MandatedRelease:
    """Return what is about the one who is signed in, or 404."""
    return get_object_or_404(of_person(request, myself(request)), public_id=mandated_id)


@require_safe
def my_release(request: PortalRequest, mandated_id: UUID) -> HttpResponse:
    release = find_mine(request, mandated_id)
    return show(
        request,
        "activities/my_release.html",
        release.participant,
        info_type=InfoType.ACTIVITY,
        release=release,
        state=release.state(timezone.now()),
        copy=releasing.read(release.plan, release.days),
        today=timezone.localdate(),
    )


@require_POST
def my_release_confirm(request: PortalRequest, mandated_id: UUID) -> HttpResponse:
    release = find_mine(request, mandated_id)
    services.confirm(release=release, by=request.actor, now=timezone.now())
    messages.success(request, _("Thank you. It is sent now."))
    return redirect("activities:my_release", mandated_id)


@require_POST
def my_release_hold(request: PortalRequest, mandated_id: UUID) -> HttpResponse:
    release = find_mine(request, mandated_id)
    services.hold(release=release, by=request.actor, now=timezone.now())
    messages.success(request, _("We wait. Nothing is sent until you say yes."))
    return redirect("activities:my_release", mandated_id)


@require_safe
def release_list(request: PortalRequest) -> HttpResponse:
    """Show a benefits officer what has been sent to the own unit: this is all there is."""
    authorize(request.actor, Permission.RELEASE_READ)
    sent = MandatedRelease.objects.visible_to(request.actor).order_by("-opens_at", "-pk")
    page = Paginator(sent, PAGE).get_page(page_of(request, FARTHEST))
    audit.record(
        AuditAct.LIST,
        "mandated_release",
        by=request.actor,
        participants={one.participant_id for one in page},
        info_types=[InfoType.ACTIVITY],
    )
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "activities/release_list.html", context)


@require_safe
def release_detail(request: PortalRequest, mandated_id: UUID) -> HttpResponse:
    authorize(request.actor, Permission.RELEASE_READ)
    sent = MandatedRelease.objects.visible_to(request.actor)
    release = get_object_or_404(sent.select_related("owner"), public_id=mandated_id)
    audit.record(
        AuditAct.VIEW,
        "mandated_release",
        by=request.actor,
        participants=[release.participant_id],
        subject_id=release.pk,
        info_types=[InfoType.ACTIVITY],
    )
    context = {
        "release": release,
        "copy": releasing.read(release.plan, release.days),
        "today": timezone.localdate(),
    }
    return render(request, "activities/release_detail.html", context)
