"""A form sent twice makes one row; sent again with other words it loses none of them.

Every form that makes something carries a `submission_id`. The network may swallow the answer, and
a page may stand open in two tabs, so the same id can come back with more in it. Then nothing is
stored and `SentBefore` says so: the form asks again, with all that was typed and a new id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import Model


class SentBefore(Exception):
    """The same sending came before, and what it made is not what is asked for now."""


def once[ModelT: Model](
    model: type[ModelT],
    submission_id: UUID | None,
    *,
    at_first: Mapping[str, Any] | None = None,
    **content: Any,
) -> tuple[ModelT, bool]:
    """Make a row, or return the row that the same sending made; tell whether it is new.

    `at_first` is what the row begins with that no two sendings need share, such as the time.
    """
    begins = {**(at_first or {}), **content}
    if submission_id is None:
        return model._default_manager.create(**begins), True
    row, is_new = model._default_manager.get_or_create(submission_id=submission_id, defaults=begins)
    if not is_new:
        expect_same(row, **content)
    return row, is_new


def expect_same(row: Model | None, **content: Any) -> None:
    """Refuse to take a row for what is asked for now, unless it says the same."""
    if row is None:
        raise SentBefore
    if any(getattr(row, name) != value for name, value in content.items()):
        raise SentBefore
