"""Telephone numbers: whole on the line where they stand, and one tap away."""

from __future__ import annotations

import re

from django import template
from phonenumber_field.phonenumber import PhoneNumber, to_python

register = template.Library()


@register.filter
def phone(value: PhoneNumber | str | None) -> str:
    """Write the number as Swedes do, with spaces that keep it together."""
    if isinstance(value, str) and value.startswith("+"):
        number = to_python(value)
        value = number if number and number.is_valid() else value  # else as it was written
    said = value.as_national if isinstance(value, PhoneNumber) else str(value or "")
    return said.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def dial(value: PhoneNumber | str) -> str:
    """Return the address that rings the number."""
    if isinstance(value, PhoneNumber):
        return str(value.as_rfc3966)
    return f"tel:{re.sub(r'[^+0-9]', '', value)}"
