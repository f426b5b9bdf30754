from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from participants.forms.representatives import RenewForm, RepresentativeForm
from participants.models import Representative
from participants.services import representatives as services
from participants.views.showing import bound, find_own, show
from portal import drafts
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def representative_add(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.REPRESENTATIVE_WRITE)
    today = timezone.localdate()
    begins = {"seen_on": today, "starts_on": today}
    form = bound(request, RepresentativeForm, today=today, initial=begins)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                one = services.record_representative(
                    participant=person, by=request.actor, **form.cleaned_data
                )
                drafts.discard(request, request.actor)
                words = {"who": one.membership.user.name, "name": person.first_name}
                messages.success(request, _("%(who)s speaks for %(name)s from now on.") % words)
                return redirect("participants:sharing", person_id)
        except services.HasEnded:
            form.add_error(None, _("The support has ended. Nobody new is written down."))
        except services.NoRepresentative:
            form.add_error("membership", _("Somebody who works with the person cannot be this."))
        except services.AlreadySpeaks:
            form.add_error("membership", _("This one speaks for the person already."))
    return show(request, "participants/representative_add.html", person, form=form)


@require_http_methods(["GET", "POST"])
def representative_renew(request: PortalRequest, representative_id: UUID) -> HttpResponse:
    one = find_representative(request, representative_id)
    authorize(request.actor, Permission.REPRESENTATIVE_WRITE)
    person, today = one.participant, timezone.localdate()
    form = bound(request, RenewForm, today=today, initial={"seen_on": today})
    if form.is_bound and form.is_valid():
        try:
            services.renew_representative(representative=one, by=request.actor, **form.cleaned_data)
        except services.NoLonger:
            form.add_error(None, _("This has been ended. Write it down anew if it holds."))
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("The paper is looked at, and the new day is saved."))
            return redirect("participants:sharing", person.public_id)
    return show(request, "participants/representative_renew.html", person, form=form, one=one)


@require_POST
def representative_end(request: PortalRequest, representative_id: UUID) -> HttpResponse:
    one = find_representative(request, representative_id)
    authorize(request.actor, Permission.REPRESENTATIVE_END)
    try:
        services.end_representative(representative=one, by=request.actor)
    except services.DecidedByCourt:
        raise PermissionDenied from None
    who = {"name": one.membership.user.name}
    if request.actor.membership:
        messages.success(request, _("%(name)s reads nothing from now on.") % who)
        return redirect("participants:sharing", one.participant.public_id)
    messages.success(request, _("%(name)s sees nothing of you now.") % who)
    return redirect("participants:who_sees")


def find_representative(request: PortalRequest, representative_id: UUID) -> Representative:
    """Return who speaks for a person within reach."""
    within = Representative.objects.visible_to(request.actor)
    joined = within.select_related("participant", "membership__user")
    found: Representative = get_object_or_404(joined, public_id=representative_id)
    return found
