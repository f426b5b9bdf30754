"""The icons, drawn in place: a page carries only those it uses, and no sprite leaves a gap."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SPRITE = Path(__file__).resolve().parents[2] / "static/vendor/icons.svg"
DRAWING = '<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'


@cache
def drawings() -> dict[str, SafeString]:
    """Read the vendored symbols once: the whole drawing by its name."""
    symbols = re.findall(r'<symbol id="([\w-]+)">(.*?)</symbol>', SPRITE.read_text("utf-8"))
    return {
        name: format_html(DRAWING, mark_safe(inner))  # noqa: S308 - our own file
        for name, inner in symbols
    }


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; words always stand beside it."""
    return drawings()[name]
