"""Draw a code of four figures for one door, show it again, and end it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from activities.models import DoorCode
from portal import audit, crypto
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Organisation

if TYPE_CHECKING:
    from datetime import date

    from participants.models import Participant
    from portal.actor import Actor

MOST = 300  # at one door: then one guess in thirty would be somebody's
KINDS = 3  # different figures: 1111 and 1212 are what somebody tries first


class IsProtected(Exception):
    """Nothing at a door says that somebody with protected identity comes there."""


class NoneLeft(Exception):
    """So many have a code at this door that a guess would find somebody too often."""


@transaction.atomic
def draw(*, participant: Participant, unit: Organisation, by: Actor, today: date) -> None:
    """Give a person figures at a door; the ones before stop working there.

    Who has a code elsewhere is given the same figures, where they are free: one to remember.
    """
    if participant.protection:
        raise IsProtected
    own = list(DoorCode.objects.filter(participant=participant).exclude(unit=unit).order_by("pk"))
    with as_system(Purpose.SESSIONS):
        # one at a time at each door, so that two who draw at once see each other
        Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
        at_the_door = DoorCode.objects.filter(unit=unit)
        taken = {bytes(one) for one in at_the_door.values_list("look_up", flat=True)}
    if len(taken) >= MOST:
        raise NoneLeft
    had = DoorCode.objects.filter(participant=participant, unit=unit).exists()
    figures = _free(unit.pk, taken, wished=[] if had else [shown(one) for one in own])
    DoorCode.objects.update_or_create(
        participant=participant,
        unit=unit,
        defaults={
            "look_up": hashes(unit.pk, figures)[0],
            "sealed": crypto.seal(figures, context=_of(participant.pk, unit.pk)),
            "drawn_on": today,
            "used_on": today,
        },
    )
    _note(AuditAct.CREATE, participant, by=by)


@transaction.atomic
def end(*, participant: Participant, unit: Organisation, by: Actor) -> None:
    """Let a person have no code at a door. Twice changes nothing."""
    gone, _by_model = DoorCode.objects.filter(participant=participant, unit=unit).delete()
    if gone:
        _note(AuditAct.CHANGE, participant, by=by)


def shown(code: DoorCode) -> str:
    """Return the figures, for the page of the one whose they are."""
    return crypto.unseal(bytes(code.sealed), context=_of(code.participant_id, code.unit_id))


def hashes(unit_id: int, figures: str) -> list[bytes]:
    """Return under what the figures may be found at a door; another door has others."""
    return crypto.look_up(f"door {unit_id} {figures}")


def forget(*, today: date) -> int:
    """Remove the codes that nobody has used for a year; return how many."""
    with as_system(Purpose.SESSIONS):
        known = DoorCode.objects.exclude(pk__in=DoorCode.objects.in_force(today).values("pk"))
        gone, _by_model = known.delete()
    return gone


def _free(unit_id: int, taken: set[bytes], *, wished: list[str]) -> str:
    while True:
        figures = wished.pop(0) if wished else f"{secrets.randbelow(10_000):04}"
        if not _is_easy(figures) and taken.isdisjoint(hashes(unit_id, figures)):
            return figures


def _is_easy(figures: str) -> bool:
    """Answer whether figures are what a hand tries first: few kinds, or a row of them."""
    return len(set(figures)) < KINDS or figures in "0123456789876543210"


def _of(participant_id: int, unit_id: int) -> str:
    return f"door code {participant_id} {unit_id}"


def _note(act: AuditAct, participant: Participant, *, by: Actor) -> None:
    audit.record(
        act,
        "doorcode",
        by=by,
        participants=[participant.pk],
        subject_id=participant.pk,
        info_types=[InfoType.ACTIVITY],
    )
