"""The tree of the town: what is added, renamed, closed and opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal import audit
from portal.models import AuditAct, Organisation, OrganisationKind
from portal.pages.administration.services import holding
from portal.submissions import once

if TYPE_CHECKING:
    from uuid import UUID

    from portal.actor import Actor

KIND = OrganisationKind
OWN = (KIND.AGENCY, KIND.REGION, KIND.ASSOCIATION, KIND.COMPANY)  # they answer for themselves
BELOW: dict[OrganisationKind | None, tuple[OrganisationKind, ...]] = {
    None: (KIND.MUNICIPALITY, *OWN),
    KIND.MUNICIPALITY: (KIND.DEPARTMENT, KIND.UNIT),
    KIND.DEPARTMENT: (KIND.UNIT,),
    **dict.fromkeys(OWN, (KIND.UNIT,)),
    KIND.UNIT: (KIND.UNIT,),
}
DEEPEST = 4


class NameTaken(Exception):
    """Its neighbour has that name."""


class Changed(Exception):
    """Somebody else saved between our read and our write."""


class InUse(Exception):
    """Something still belongs to it, so that it cannot close."""


def kinds_below(parent: Organisation | None) -> tuple[OrganisationKind, ...]:
    """Return what may stand under an organisation; nothing where the tree is deep enough."""
    depth, above = 0, parent
    while above:
        depth, above = depth + 1, above.parent
    if depth >= DEEPEST:
        return ()
    return BELOW[OrganisationKind(parent.kind) if parent else None]


@transaction.atomic
def add_organisation(
    *,
    by: Actor,
    submission_id: UUID,
    parent: Organisation | None,
    kind: OrganisationKind,
    name: str,
    phone: str,
) -> Organisation:
    """Add one below `parent`; whoever is no unit answers by law for itself."""
    begins: dict[str, object] = {"verified_on": timezone.localdate()}
    if kind == KIND.UNIT and parent:
        begins["owner_id"] = parent.owner_id
    try:
        with transaction.atomic():
            added, is_new = once(
                Organisation,
                submission_id,
                at_first=begins,
                parent=parent,
                kind=kind,
                name=name,
                phone=phone,
            )
    except IntegrityError:
        raise NameTaken from None
    if is_new:
        if added.owner_id is None:
            Organisation.objects.filter(pk=added.pk).update(owner=added.pk)
        audit.record(AuditAct.CREATE, "organisation", by=by, subject_id=added.pk)
    return added


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, by: Actor, version: int, name: str, phone: str
) -> None:
    """Rename it and say how it is reached; whoever saves has confirmed both."""
    unchanged = Organisation.objects.filter(pk=organisation.pk, version=version)
    try:
        with transaction.atomic():
            found = unchanged.update(
                name=name, phone=phone, verified_on=timezone.localdate(), version=F("version") + 1
            )
    except IntegrityError:
        raise NameTaken from None
    if not found:
        raise Changed
    audit.record(AuditAct.CHANGE, "organisation", by=by, subject_id=organisation.pk)


@transaction.atomic
def close_organisation(*, organisation: Organisation, by: Actor) -> None:
    """Close it when nothing belongs to it; closing twice changes nothing, and all history stays.

    The row is locked first: who starts work here at that moment waits, and finds it closed.
    """
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if locked.closed_at:
        return
    if not holding.of_organisation(locked).is_free:
        raise InUse
    Organisation.objects.filter(pk=locked.pk).update(
        closed_at=timezone.now(), version=F("version") + 1
    )
    audit.record(AuditAct.CHANGE, "organisation", by=by, subject_id=locked.pk)


@transaction.atomic
def open_organisation(*, organisation: Organisation, by: Actor) -> None:
    """Open it again."""
    closed = Organisation.objects.filter(pk=organisation.pk, closed_at__isnull=False)
    if closed.update(closed_at=None, version=F("version") + 1):
        audit.record(AuditAct.CHANGE, "organisation", by=by, subject_id=organisation.pk)
