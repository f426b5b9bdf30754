"""The doors that lead to somebody else's sign-in: plain links, since a form may not leave us."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def eid_doors() -> list[dict[str, str]]:
    """List the ways to an e-ID that this portal has been given; none is no fault."""
    return doors_to(settings.OIDC_EID)


@register.simple_tag
def staff_doors() -> list[dict[str, str]]:
    """List the ways to the employer's own sign-in; none is no fault."""
    return doors_to(settings.OIDC_STAFF)


def doors_to(provider: str) -> list[dict[str, str]]:
    url = reverse("openid_connect_login", args=[provider])
    apps: list[dict[str, str]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [{"label": app["name"], "url": url} for app in apps if app["provider_id"] == provider]
