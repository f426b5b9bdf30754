"""What a person takes part in now, and what the person waits for, in one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models.hours import Weekday
from employers.models import PlacementKind
from participants.models import Authority
from portal.pages.record.models import Current
from portal.permissions import Permission
from portal.templatetags.dates import day

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from participants.models import Participant
    from portal.actor import Actor

MOST = 20  # of all kinds; nobody has more than a handful
DECISION = "decision"


class Row(NamedTuple):
    """A place or a decision as the database tells of it; what it does not have is empty."""

    what: str
    first: date
    last: date | None
    public_id: UUID
    owner_id: int
    weekdays: list[int]
    kind: str
    name: str
    employer: str | None  # of a decision: who is told when it is late, if anybody is
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an activity or at work, in the words of the page."""

    name: str
    where: str
    when: str
    url: str
    does: _StrOrPromise
    days_url: str = ""  # where its weekdays are changed


@dataclass(frozen=True, slots=True)
class Waits:
    """A decision that is waited for, in the words of the page."""

    text: str
    public_id: UUID
    authority: str
    asked_on: date
    expected_on: date
    watcher: str
    days: int
    is_late: bool


def current(person: Participant, actor: Actor, today: date) -> list[Place]:
    """Return what a person has now or is about to begin, as the actor may see it."""
    return current_and_waited_for(person, actor, today)[0]


def current_and_waited_for(
    person: Participant, actor: Actor, today: date
) -> tuple[list[Place], list[Waits]]:
    """Return the places, none of a protected person's, and the decisions that are waited for."""
    held = Current.objects.visible_to(actor).on(today).filter(participant=person)
    if person.protection:  # where somebody is, and when: not for a screen
        held = held.filter(what=DECISION)
    found = held.order_by("first", "public_id").values_list(*Row._fields)[:MOST]
    rows = [Row(*row) for row in found]
    return (
        [put(row, actor, today) for row in rows if row.what != DECISION],
        [wait(row, today) for row in rows if row.what == DECISION],
    )


def wait(row: Row, today: date) -> Waits:
    """Put one decision into words: how long it has taken, and whether it is late."""
    expected_on = row.last or today
    return Waits(
        row.name,
        row.public_id,
        str(Authority(row.kind).label),
        row.first,
        expected_on,
        row.employer or "",
        (today - row.first).days,
        expected_on < today,
    )


def put(row: Row, actor: Actor, today: date) -> Place:
    """Put one place into words, with the page where one does something about it."""
    when = [str(Weekday(one).label) for one in row.weekdays]
    if row.hours:
        hours = number_format(row.hours.normalize())
        when.append(_("%(hours)s hours a week") % {"hours": hours})
    if row.first == row.last:
        when.append(day(row.first, today))
    elif row.first > today:
        when.append(_("from %(day)s") % {"day": day(row.first, today)})
    if row.last and row.first != row.last:
        when.append(_("until %(day)s") % {"day": day(row.last, today)})
    said = capfirst(", ".join(when))
    if row.kind:
        url = reverse("employers:placement_detail", args=[row.public_id])
        name = f"{PlacementKind(row.kind).label}: {row.name}"
        return Place(name, row.employer or "", said, url, OPEN)
    is_ours = row.owner_id == actor.organisation_id
    may_end = is_ours and not row.last and actor.has_perm(Permission.ENROLMENT_WRITE)
    url = reverse("activities:enrolment_end", args=[row.public_id]) if may_end else ""
    days = reverse("activities:enrolment_days", args=[row.public_id])
    return Place(row.name, "", said, url, END, days if may_end and row.weekdays else "")


OPEN, END = gettext_lazy("Open the place"), gettext_lazy("End the place")
