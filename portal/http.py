"""The request as our views know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_htmx.middleware import HtmxDetails

    from portal.actor import Actor
    from portal.models import User


class PortalRequest(HttpRequest):
    """An HttpRequest after our middleware; views take this and need no casts."""

    actor: Actor
    htmx: HtmxDetails
    user: User | AnonymousUser
