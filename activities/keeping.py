"""Whose a sheet is to keep true: those who run a unit, and the administrator where nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from activities.models import Sheet, Support
from portal.models import Membership, Organisation, OrganisationKind
from portal.permissions import Permission, roles_with

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.actor import Actor

OWN = (OrganisationKind.ASSOCIATION, OrganisationKind.COMPANY)  # small enough to be one's own


def leads() -> QuerySet[Membership]:
    """Return those who keep the sheets of their unit."""
    return Membership.objects.current().filter(role__in=roles_with(Permission.HOURS_EDIT))


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return those whose sheets the actor keeps: the own unit, and the association it belongs to.

    A unit of an authority speaks for itself alone. What nobody runs here is the administrator's.
    """
    if actor.membership is None:
        return Organisation.objects.none()
    if actor.has_perm(Permission.ORGANISATION_EDIT):
        here = leads().filter(Q(unit=OuterRef("pk")) | Q(unit__owner=OuterRef("pk")))
        by_somebody = Exists(here) & (Q(kind__in=OWN) | Exists(leads().filter(unit=OuterRef("pk"))))
        return Organisation.objects.open().exclude(by_somebody)
    unit = actor.membership.unit_id
    above = Q(kind__in=OWN, pk__in=Organisation.objects.filter(pk=unit).values("owner"))
    return Organisation.objects.filter(Q(pk=unit) | above)


def supports(actor: Actor) -> QuerySet[Support]:
    """Return the supports that the actor keeps true."""
    return Support.objects.filter(organisation__in=organisations(actor))


def sheets(actor: Actor) -> QuerySet[Sheet]:
    """Return what organisations say of themselves, where the actor keeps it true."""
    return Sheet.objects.filter(organisation__in=organisations(actor))
