"""Which rows may an actor see? The only place that answers; acts are portal/permissions.py.

`Access` is computed in PostgreSQL by `refresh_access(participant_id)` from team, main contact,
consent, membership and enrolment, in the transaction of the change. Here it is joined to what is
fetched, and its dates are compared at every read: a withdrawal acts on the next request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from portal.models import Access, Ground, InfoType, Level
from portal.permissions import Role

if TYPE_CHECKING:
    from portal.actor import Actor

# Which kinds of information a role reaches, once it has a ground (domain.md R2, R9). The view
# `access_expected` holds the same table; a test compares them.
REACH: dict[Role, set[InfoType]] = {
    Role.GUIDE: set(InfoType),
    Role.CASE_MANAGER: set(InfoType),
    Role.JOB_COACH: set(InfoType) - {InfoType.HEALTH, InfoType.MONEY},
    Role.MANAGER: {InfoType.CONTACT},
    Role.ACTIVITY_LEADER: {InfoType.ACTIVITY},
}

# Grounds that open items of every owner: the person's own, and what the person has said yes to.
ACROSS_OWNERS = (Ground.OWN, Ground.CONSENT)


def grounds(actor: Actor) -> QuerySet[Access]:
    """Return the actor's own rows of `Access` that hold at this moment."""
    return Access.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=Now()),
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        valid_from__lte=Now(),
    )


def people(actor: Actor, level: Level = Level.NAME) -> Q:
    """Return the condition on `Participant`: those the actor reaches at this level or above."""
    mine = grounds(actor).filter(level__gte=level)
    in_unit = mine.filter(unit_id=OuterRef("unit_id"))
    return (
        Q(Exists(mine.filter(participant_id=OuterRef("pk"))))
        | Q(Exists(in_unit.filter(ground=Ground.MANAGER)))
        | Q(Exists(in_unit.filter(ground=Ground.INTAKE)), in_intake=True)
    )


def reach(actor: Actor) -> Q:
    """Return the condition on an item: its person, its kind and its owner are within reach."""
    return Q(
        Exists(
            grounds(actor).filter(
                Q(organisation_id=OuterRef("owner_id")) | Q(ground__in=ACROSS_OWNERS),
                participant_id=OuterRef("participant_id"),
                info_types__contains=[OuterRef("info_type")],
            )
        )
    )


def only_activities_of(actor: Actor) -> int | None:
    """Return the unit whose activities are all that the actor sees, or None for other roles."""
    if actor.membership and actor.role == Role.ACTIVITY_LEADER:
        return actor.membership.unit_id
    return None


def taking_part(actor: Actor) -> Q:
    """Return the condition on an item: its person takes part in what the actor's unit runs.

    Whoever wrote it: a guide enrols, a person signs up, the door takes note. To be used together
    with the unit of `only_activities_of`, since the ground says nothing about which activity.
    """
    mine = grounds(actor).filter(ground=Ground.ACTIVITY)
    return Q(Exists(mine.filter(participant_id=OuterRef("participant_id"))))
