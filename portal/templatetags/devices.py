"""Which device somebody signed in with, in words that one knows one's own by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.sign_in import cards

if TYPE_CHECKING:
    from portal.models import Card, User

register = template.Library()

# The first that is named in what the browser says of itself; the order matters.
DEVICES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg": "Edge",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}


@register.filter
def device(user_agent: str) -> str:
    """Say device and browser, such as "Android, Chrome"; what is unknown is said to be so."""
    known = [
        next((words for mark, words in marks.items() if mark in user_agent), "")
        for marks in (DEVICES, BROWSERS)
    ]
    return ", ".join(word for word in known if word) or _("An unknown device")


@register.simple_tag
def own_card(user: User) -> Card | None:
    """Return the card that this account has: its use is shown to whoever it belongs to."""
    return cards.of(user, timezone.now())
