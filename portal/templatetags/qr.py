"""A square that a camera reads, drawn in the page: no picture to fetch, and no `data:` address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

SVG = (
    '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
    '<path d="{path}"/></svg>'
)


@register.simple_tag
def qr(text: str, label: str = "QR") -> SafeString:
    """Draw a text as a QR code, with the quiet edge that cameras want."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x},{y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return format_html(SVG, size=len(rows), path=path, label=label)


@register.filter
def in_fours(text: str) -> str:
    """Part a long code into groups of four, as one writes it."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
