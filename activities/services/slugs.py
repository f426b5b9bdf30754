"""The address of a sheet on the web: made of its name once, and kept when the name changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.text import slugify

if TYPE_CHECKING:
    from activities.models import Kept

LONGEST = 70


def free(model: type[Kept], name: str, *, otherwise: str) -> str:
    """Return an address that is free, in a transaction that keeps it so until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('activities.slug'))")
    slug = slugify(name)[:LONGEST].strip("-") or otherwise
    rows = model._default_manager.filter(slug__startswith=slug)
    taken = set(rows.values_list("slug", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if _numbered(slug, n) not in taken)
    return _numbered(slug, number)


def _numbered(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"
