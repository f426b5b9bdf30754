"""A heading of the register extract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model
    from django.utils.functional import _StrOrPromise

    from participants.models import Participant
    from portal.actor import Actor

type Rows = Callable[[Participant, Actor], Iterable[Any]]

UNTIL, WRITTEN = _("until"), _("written")
OF_AN_ITEM: dict[str, _StrOrPromise] = {
    "owner": _("answers for it"),
    "info_type": _("kind of information"),
    "author": _("written by"),
    "created_at": WRITTEN,
}


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the extract: a table, its fields with their words, and whose rows."""

    code: str
    title: _StrOrPromise
    model: type[Model]
    fields: dict[str, _StrOrPromise]
    rows: Rows


def rows(model: Any, order: str, *joined: str) -> Rows:
    """Return what fetches a person's rows of a table that is no item, as the actor may see them."""
    return lambda person, actor: (
        model.objects.visible_to(actor)
        .filter(participant=person)
        .select_related(*(joined or (None,)))
        .order_by(order, "pk")
    )


def items(model: Any, order: str) -> Rows:
    """Return what fetches a person's items as the actor may see them."""
    return lambda person, actor: (
        model.objects.visible_to(actor)
        .filter(participant=person)
        .select_related("owner", "author")
        .order_by(order, "pk")
    )
