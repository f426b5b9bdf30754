"""Who rings somebody for us: their contact; who stands in while the contact is away; who leads.

The model knows no stand-in of its own: it is a colleague of the team, who reads the plan as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from participants.models import Participant, Protection
from portal.models import Membership
from portal.permissions import Permission, Role, roles_with
from portal.reminders.ways import is_away

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.models.organisations import MembershipQuerySet


def who_rings(
    person_ids: Collection[int], column: str = "pk", *, but: int | None = None
) -> dict[int, int]:
    """Return the membership of whoever rings each of them, or another column of it.

    Whoever is away, and `but`, whom we could not reach ourselves, are passed over. One query.
    """
    if not person_ids:
        return {}
    here = _at_work(but).order_by("pk")
    contact = here.filter(main_contacts__participant=OuterRef("pk"), main_contacts__ended_at=None)
    today = timezone.localdate()
    beside = here.filter(
        Q(team_members__planned_end_on=None) | Q(team_members__planned_end_on__gte=today),
        team_members__participant=OuterRef("pk"),
        team_members__ended_at=None,
        team_members__rests_on_consent=False,
        role__in=roles_with(Permission.STEP_WRITE),
    )
    leads = here.filter(role=Role.MANAGER)
    receives = here.filter(role__in=roles_with(Permission.INTAKE_ASSIGN))
    first, second, unit, above, intake = (
        Subquery(one.values(column)[:1])
        for one in (
            contact,
            beside,
            leads.filter(unit=OuterRef("unit")),
            leads.filter(unit=OuterRef("unit__parent")),
            receives.filter(unit=OuterRef("unit")),
        )
    )
    # a protected person is known to those who are named, and to nobody else of the team
    stands_in = Case(When(protection=Protection.NONE, then=second))
    waits = Case(When(in_intake=True, then=intake))
    known = Participant.objects.open().filter(pk__in=person_ids)
    asked = known.annotate(rings=Coalesce(first, stands_in, unit, above, waits))
    return {pk: who for pk, who in asked.values_list("pk", "rings") if who}


def _at_work(but: int | None) -> MembershipQuerySet:
    """Return those whom a letter finds today, and who have not said that they are away."""
    here = Membership.objects.current().exclude(is_away("user_id", timezone.localdate()))
    return here.filter(user__email__gt="").exclude(user=but or 0)
