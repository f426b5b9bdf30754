"""Who was at a session, as it stands and as it stood, for whoever puts it right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from activities import door, history
from activities.models import Attendance
from participants.models import Participant, short_name
from portal.http import addresses

if TYPE_CHECKING:
    from activities.models import Session
    from portal.actor import Actor


class Row(NamedTuple):
    """Somebody of the list, when they came and went, and whether that has been put right."""

    pk: int
    name: str
    stood: history.Stood
    is_corrected: bool
    page: str


def rows(session: Session, *, actor: Actor) -> list[Row]:
    """Return everybody of the door list, those who were there first."""
    noted = {
        one.participant_id: one
        for one in Attendance.objects.visible_to(actor).filter(session=session)
    }
    page = addresses("activities:attendance_correct", session.pk)
    here = {pk for pk, one in noted.items() if not one.removed_at}
    found = []
    people = door.listed(session, actor=actor, coming=here)
    others = set(noted) - {one.pk for one in people}  # taken away, and not on the list since
    if others:
        taken_away = Participant.objects.visible_to(actor).filter(pk__in=others)
        fields = taken_away.order_by("sort_key", "pk").values_list(*door.Named._fields)
        people += map(door.Named._make, fields)
    for one in people:
        kept = noted.get(one.pk)
        stood = kept.stood if kept else history.Stood(None, None, 0)
        name = short_name(one.first_name, one.last_name)
        corrected = bool(kept and kept.history)
        found.append(Row(one.pk, name, stood, corrected, page(one.public_id)))
    return found


def told(noted: Attendance | None) -> list[str]:
    """Return what has been corrected, in words."""
    return history.told(noted.history) if noted else []
