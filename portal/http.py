"""The request as our views know it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django_htmx.middleware import HtmxDetails

    from portal.actor import Actor
    from portal.models import User

NO_ID = UUID(int=0)


class PortalRequest(HttpRequest):
    """An HttpRequest after our middleware; views take this and need no casts."""

    actor: Actor
    htmx: HtmxDetails
    user: User | AnonymousUser


def addresses(name: str) -> Callable[[object], str]:
    """Return what makes a page's address from an id: reversed once, for rows that need many."""
    whole = reverse(name, args=[NO_ID])
    return lambda public_id: whole.replace(str(NO_ID), str(public_id))
