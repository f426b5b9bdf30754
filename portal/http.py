"""The request as our views know it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse
    from django_htmx.middleware import HtmxDetails

    from portal.actor import Actor
    from portal.models import User

NO_ID = UUID(int=0)


class PortalRequest(HttpRequest):
    """An HttpRequest after our middleware; views take this and need no casts."""

    actor: Actor
    lacks_factor: bool  # a current membership, and no second factor at this sign-in
    htmx: HtmxDetails
    user: User | AnonymousUser


def page_of(request: HttpRequest, farthest: int) -> int:
    """Return which page of a list the address asks for; what is no number asks for the first."""
    asked = request.GET.get("sida", "")
    is_number = asked.isascii() and asked.isdecimal()
    return min(max(int(asked[:6]), 1), farthest) if is_number else 1


def posted(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the answers of a form, to be sent once more when they have been read through."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", "sure"}
    ]


def followed(
    request: PortalRequest, template: str, context: dict[str, object], *, found: int
) -> HttpResponse:
    """Answer with a list, or with its rows alone as one types, and let their number be read out."""
    if not request.htmx:
        return render(request, template, context)
    response = render(request, f"{template}#rows", context)
    words = ngettext("%(count)d row", "%(count)d rows", found) % {"count": found}
    return trigger_client_event(response, "say", {"value": words})


def addresses(name: str, *before: object) -> Callable[[object], str]:
    """Return what makes a page's address from an id: reversed once, for rows that need many.

    What stands before the id in the address is the same for all of them.
    """
    whole = reverse(name, args=[*before, NO_ID])
    return lambda public_id: whole.replace(str(NO_ID), str(public_id))
