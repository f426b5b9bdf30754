"""What a person has at the doors where they come: a code, a list, and a place to return to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from activities.door import RECENTLY
from activities.laying_out import midnight
from activities.models import Activity, Attendance, DoorCode, Enrolment, SignUp
from activities.services import door_codes
from portal.models import Organisation

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from activities.models.taking_part import EnrolmentQuerySet
    from participants.models import Participant
    from portal.actor import Actor

MOST = 20  # houses, and memberships


@dataclass(frozen=True, slots=True)
class House:
    """A house where a person comes, and the figures that say so at its screen."""

    pk: int
    name: str
    figures: str = ""


def houses(person: Participant, *, actor: Actor, today: date) -> list[House]:
    """Return where a person may have a code: where they come already, and where they have one."""
    codes = DoorCode.objects.visible_to(actor).filter(participant=person).in_force(today)
    figures = {one.unit_id: door_codes.shown(one) for one in codes}
    comes = Q(pk__in=comes_to(person, actor=actor, today=today)) | Q(pk__in=figures)
    known = Organisation.objects.filter(comes).order_by("name", "pk").values_list("pk", "name")
    return [House(pk, name, figures.get(pk, "")) for pk, name in known[:MOST]]


def comes_to(person: Participant, *, actor: Actor, today: date) -> QuerySet[Activity, int]:
    """Return the units at whose door the person may stand: enrolled, signed up, or lately here.

    A code is of use nowhere else, and the fewer there are at a door, the less a guess is worth.
    """
    now = midnight(today)
    places = Enrolment.objects.visible_to(actor).current(today).filter(participant=person)
    meant = SignUp.objects.visible_to(actor).kept().filter(participant=person)
    been = Attendance.objects.visible_to(actor).noted().filter(participant=person)
    coming = meant.filter(session__starts_at__gte=now).values("session__activity")
    lately = been.filter(arrived_at__gt=now - RECENTLY).values("session__activity")
    of_theirs = Q(pk__in=places.values("activity")) | Q(pk__in=coming) | Q(pk__in=lately)
    return Activity.objects.running(today).filter(of_theirs).values_list("organiser", flat=True)


def memberships(person: Participant, *, actor: Actor, today: date) -> EnrolmentQuerySet:
    """Return a person's memberships, also those that have ended: one may always return."""
    places = Enrolment.objects.visible_to(actor).memberships().filter(participant=person)
    places = places.filter(activity__in=Activity.objects.running(today).values("pk"))
    return places.select_related("activity").order_by("activity__name", "-started_on", "-pk")


def current_and_former(
    person: Participant, *, actor: Actor, today: date
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Return the memberships that hold, and those that have an end: one may return before it."""
    latest: dict[int, Enrolment] = {}
    for one in memberships(person, actor=actor, today=today)[: MOST * 5]:
        latest.setdefault(one.activity_id, one)
    still = [one for one in latest.values() if one.ended_on is None or one.ended_on >= today]
    return still, [one for one in latest.values() if one.ended_on]
