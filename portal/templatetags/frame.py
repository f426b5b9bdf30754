"""The frame around each page: which doors the actor has, and how the person wants it to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template import Context
    from django.utils.functional import _StrOrPromise

    from portal.actor import Actor

register = template.Library()

THEMES = {"light", "dark", "system"}
THEME_COOKIE, TEXT_COOKIE = "theme", "text"
# Each by its own name, so that it is found by who reads no other.
LANGUAGES = {"sv": "Svenska", "en": "English"}


@dataclass(frozen=True, slots=True)
class Door:
    """One item of a menu: the same words and the same order on every page."""

    label: _StrOrPromise
    page: str
    icon: str = ""
    permission: Permission | None = None
    below: str = ""  # where its pages stand, when that is not under its own address


# A participant has exactly four, always (interface.md 1.2, objective 2).
TABS = (
    Door(_("Today"), "activities:today", "sun"),
    Door(_("My plan"), "participants:my_plan", "list-checks"),
    Door(_("Contact"), "participants:my_contact", "user-round"),
    Door(_("More"), "more", "menu"),
)

STAFF = (
    Door(_("My people"), "participants:person_list", "", Permission.CASELOAD_VIEW),
    Door(_("Intake"), "participants:intake_list", "", Permission.INTAKE_ASSIGN),
    Door(_("Today's sessions"), "activities:session_list", "", Permission.SESSION_RUN),
    Door(_("Our sheets"), "activities:sheet_list", "", Permission.SHEET_EDIT, below="/tider/"),
    Door(_("Meetings"), "activities:event_list", "", Permission.EVENT_EDIT),
    Door(_("Questions"), "activities:referral_received", "", Permission.REFERRAL_ANSWER),
    Door(_("The situation"), "overview:overview", "", Permission.OVERVIEW_VIEW),
    Door(_("Protected"), "participants:protected_list", "", Permission.PROTECTION_SET),
    Door(_("What was sent"), "activities:release_list", "", Permission.RELEASE_READ),
    Door(_("Shown to you"), "participants:card_list", "", Permission.CARD_READ),
    Door(_("Go along"), "activities:company_list", "", Permission.COMPANY_GIVE),
    Door(_("With us"), "employers:workplace", "", Permission.WORKPLACE_VIEW),
    Door(_("You speak for"), "represented_list", "", Permission.REPRESENTED_READ),
    Door(
        pgettext_lazy("directory", "Find"), "activities:directory", "", Permission.SUGGESTION_WRITE
    ),
    Door(_("Employers"), "employers:employer_list", "", Permission.EMPLOYER_LIST),
    Door(_("Handed out"), "participants:disclosure_list", "", Permission.DISCLOSURE_WRITE),
    Door(_("Log review"), "log:review_list", "", Permission.LOG_REVIEW),
    Door(_("Retention"), "retention:overview", "", Permission.DISPOSAL_DECIDE),
    Door(_("Administration"), "administration:home", "", Permission.ORGANISATION_EDIT),
    Door(_("Reminders"), "reminder_figures", "", Permission.REMINDER_FIGURES),
)


def opened(door: Door, path: str) -> dict[str, Any]:
    """Return the door as the template draws it: `current` is "page" here, "true" below it."""
    url = reverse(door.page)
    is_below = path.startswith(url) or bool(door.below and path.startswith(door.below))
    current = "page" if path == url else "true" if is_below else ""
    return {"label": door.label, "url": url, "icon": door.icon, "current": current}


@register.simple_tag(takes_context=True)
def doors(context: Context) -> list[dict[str, Any]]:
    """List what the actor's menu holds; a visitor has none."""
    request: HttpRequest | None = context.get("request")
    actor: Actor | None = context.get("actor")
    if request is None or actor is None or actor.user is None:
        return []
    mine = STAFF if actor.membership else TABS
    allowed = [one for one in mine if one.permission is None or actor.has_perm(one.permission)]
    return [opened(one, request.path) for one in allowed]


def theme_of(request: HttpRequest) -> str:
    """Return the colours this browser has chosen: light, dark, or as the system says."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def language_of(request: HttpRequest) -> str:
    """Return the language that this browser has chosen, or Swedish."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE


def text_size(request: HttpRequest) -> str:
    """Return "larger" where this browser has chosen that."""
    return "larger" if request.COOKIES.get(TEXT_COOKIE) == "larger" else ""


@register.simple_tag(takes_context=True)
def looks(context: Context) -> SafeString:
    """Write the browser's choices on <html>; an error page without a request has none."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString('data-theme="system"')
    size = text_size(request)
    chosen = {"data-theme": theme_of(request)} | ({"data-text": size} if size else {})
    return format_html_join(" ", '{}="{}"', chosen.items())
