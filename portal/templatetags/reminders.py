"""Look something up by the code of a kind."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of_kind(found: Mapping[str, object], code: str) -> object:
    """Return what stands under a kind, or the code where nothing does."""
    return found.get(code, code) if found else code
