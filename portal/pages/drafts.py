"""Keep what somebody is typing; the page sends it now and then."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal import drafts
from portal.http import PortalRequest


@login_not_required  # the ticket in the form says whose it is, also when the session has ended
@require_POST
def keep_draft(request: PortalRequest) -> HttpResponse:
    return HttpResponse(status=204 if drafts.keep(request.POST) else 400)


@require_POST
def drop_draft(request: PortalRequest) -> HttpResponse:
    page = drafts.drop(request.actor, request.POST)
    return redirect(page) if page else HttpResponse(status=400)
