"""The town's register of employers: companies, associations, and its own units."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.models import SWEDISH_ORDER
from portal.permissions import Permission

if TYPE_CHECKING:
    from portal.actor import Actor

# The same letters as in the names of people, so that one search text fits both.
SEARCH_ORDER = str.maketrans(*SWEDISH_ORDER)


class EmployerQuerySet(models.QuerySet["Employer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the register to those who may open it: it is the town's, and about no person."""
        return self.all() if actor.has_perm(Permission.EMPLOYER_LIST) else self.none()

    def called(self, text: str) -> Self:
        """Return those whose name holds the text, whatever its capitals and accents."""
        return self.filter(sort_key__contains=text.strip().translate(SEARCH_ORDER).lower())

    def alphabetical(self) -> Self:
        return self.order_by("sort_key", "pk")


class Employer(models.Model):
    """A place of work, and whom to ring there. `owner` is who keeps the entry true."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    trade = models.CharField(_("trade"), max_length=100, blank=True)
    contact_name = models.CharField(_("whom to ring"), max_length=200, blank=True)
    contact_phone = PhoneNumberField(_("phone"), blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    organisation = models.ForeignKey(
        "portal.Organisation",
        null=True,  # most companies have no accounts here
        blank=True,
        on_delete=models.PROTECT,
        related_name="employers",
        verbose_name=_("organisation in the portal"),
    )
    owner = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sort_key = models.GeneratedField(
        expression=Lower(
            Func(
                F("name"),
                *map(Value, SWEDISH_ORDER),
                function="TRANSLATE",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = [
            GinIndex(OpClass(F("sort_key"), name="gin_trgm_ops"), name="employer_by_name"),
            models.Index(fields=["sort_key", "id"], name="employer_in_order"),
        ]

    def __str__(self) -> str:
        return self.name
