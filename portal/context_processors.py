"""What every template knows: who acts, and what they may do."""

from typing import Any

from django.conf import settings
from django.contrib.auth.context_processors import PermWrapper
from django.http import HttpRequest
from structlog.contextvars import get_contextvars

from portal.templatetags.phones import phone


def acting(request: HttpRequest) -> dict[str, Any]:
    """Let `perms` in templates ask the actor; an error before the middleware has none."""
    context: dict[str, Any] = {
        "demo": settings.PORTAL_DEMO,
        "portal_phone": phone(settings.PORTAL_PHONE),
        "municipality": settings.PORTAL_MUNICIPALITY,
    }
    actor = getattr(request, "actor", None)
    if actor:
        context |= {"actor": actor, "perms": PermWrapper(actor)}
        context["page_id"] = get_contextvars().get("request_id", "")  # for the log, when printed
    return context
