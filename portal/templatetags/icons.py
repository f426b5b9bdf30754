"""Icons and drawings in place: a page carries only those it uses, and no sprite leaves a gap."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

STATIC = Path(__file__).resolve().parents[2] / "static"
ICON = '<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
PLACE = '<svg class="pic" viewBox="0 0 64 64" aria-hidden="true">{}</svg>'


@cache
def drawings(file: str, frame: str) -> dict[str, SafeString]:
    """Read the symbols of one of our own files once: the whole drawing by its name."""
    text = (STATIC / file).read_text("utf-8")
    symbols = re.findall(r'<symbol id="([\w-]+)">(.*?)</symbol>', text)
    return {
        name: format_html(frame, mark_safe(inner))  # noqa: S308 - our own file
        for name, inner in symbols
    }


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; words always stand beside it."""
    return drawings("vendor/icons.svg", ICON)[name]


@register.simple_tag
def place(name: str) -> SafeString:
    """Draw a place, such as a door or a bench by the sea: decoration, the words say it all."""
    return drawings("img/places.svg", PLACE)[name]
