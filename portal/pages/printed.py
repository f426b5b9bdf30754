"""Write down that a page was printed; the browser tells, just before it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from portal import audit

if TYPE_CHECKING:
    from portal.http import PortalRequest


@require_POST
def page_printed(request: PortalRequest) -> HttpResponse:
    page = request.POST.get("page", "")[:40]
    if page.isascii() and page.isprintable():  # the number of a request, and nothing else
        audit.printed(page, by=request.actor)
    return HttpResponse(status=204)
