"""What every part of a record has in common (architecture.md 2)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.people import Participant
from portal import access
from portal.models import InfoType

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.actor import Actor


class ItemQuerySet[ItemT: Item](models.QuerySet[ItemT]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor may see: the only way to fetch. The rule: portal/access.py."""
        return self.filter(access.reach(actor))


class Item(models.Model):
    """One thing about one person, with the organisation that answers for it by law."""

    said_in: ClassVar[str] = "text"  # the column with its words, for a list across subjects

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    info_type = models.PositiveSmallIntegerField(choices=InfoType)
    author = models.ForeignKey(
        "portal.User",
        null=True,  # the system
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)  # sending twice

    class Meta:
        abstract = True


def item_models() -> dict[str, type[Item]]:
    """Return every kind of item of the house by the name of its model, whichever subject has it."""
    models_of_house = apps.get_models()
    return {
        str(model._meta.model_name): model
        for model in models_of_house
        if issubclass(model, Item) and model._meta.managed
    }


@dataclass(frozen=True, slots=True)
class Found:
    """An item of some kind, with its words."""

    kind: str
    pk: int
    words: str

    @property
    def model(self) -> type[Item]:
        return item_models()[self.kind]

    @property
    def name(self) -> str:
        """What such an item is called."""
        return str(self.model._meta.verbose_name)


def find_items(actor: Actor, item_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Found]:
    """Return what the actor sees of these items, of whichever kind they are, in one question."""
    looked: list[models.QuerySet[Any, Any]] = []
    for kind, model in item_models().items():
        seen = model._default_manager.all().visible_to(actor)  # type: ignore[attr-defined]
        if any(field.name == "removed_at" for field in model._meta.fields):
            seen = seen.filter(removed_at=None)
        words = Cast(model.said_in, models.TextField())
        seen = seen.filter(public_id__in=item_ids).annotate(of_kind=models.Value(kind), words=words)
        looked.append(seen.values_list("public_id", "of_kind", "pk", "words"))
    first, *others = looked
    return {item: Found(*told) for item, *told in first.union(*others, all=True)}
