"""Telephone numbers: whole on the line where they stand, and one tap away."""

from __future__ import annotations

import re

from django import template
from django.utils.translation import get_language_bidi
from phonenumber_field.phonenumber import PhoneNumber, to_python

register = template.Library()
LEFT_TO_RIGHT, AS_BEFORE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@register.filter
def phone(value: PhoneNumber | str | None) -> str:
    """Write the number as Swedes do, with spaces that keep it together.

    Among words that are read from right to left its groups would change places: there it stands
    between two signs that nobody sees, which keep it as it is dialled.
    """
    if isinstance(value, str) and value.startswith("+"):
        number = to_python(value)
        value = number if number and number.is_valid() else value  # else as it was written
    said = value.as_national if isinstance(value, PhoneNumber) else str(value or "")
    said = said.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{LEFT_TO_RIGHT}{said}{AS_BEFORE}" if said and get_language_bidi() else said


@register.filter
def dial(value: PhoneNumber | str) -> str:
    """Return the address that rings the number."""
    if isinstance(value, PhoneNumber):
        return str(value.as_rfc3966)
    return f"tel:{re.sub(r'[^+0-9]', '', value)}"
