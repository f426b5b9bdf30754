"""What somebody has written, in the language of the reader where it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django import template
from django.conf import settings
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()


class Told(Protocol):
    """Something whose fields are written in Swedish, and some of them in English too."""

    @property
    def english(self) -> Mapping[str, str]: ...


@register.simple_tag
def plain(sheet: Told, name: str) -> str:
    """Return what a field says, for a title."""
    return in_language(sheet, name)[0]


@register.simple_tag
def told(sheet: Told, name: str, *, lines: bool = False) -> SafeString:
    """Write what a field says. On a page in another language Swedish is marked as Swedish."""
    text, language = in_language(sheet, name)
    shown = mark_safe(linebreaks(text, autoescape=True)) if lines else escape(text)  # noqa: S308
    if language == (get_language() or settings.LANGUAGE_CODE) or not text:
        return shown
    frame = '<div lang="{}">{}</div>' if lines else '<span lang="{}">{}</span>'
    return format_html(frame, language, shown)


def in_language(sheet: Told, name: str) -> tuple[str, str]:
    """Return the text, and which language it is in."""
    english = sheet.english.get(name, "")
    if english and get_language() == "en":
        return english, "en"
    return str(getattr(sheet, name)), "sv"
