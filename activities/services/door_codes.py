"""Draw a code of four figures for one door, show it again, and end it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from activities.models import DoorCode
from activities.models.door_codes import SLEEPS_AFTER
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
    own = DoorCode.objects.in_force(today).filter(participant=participant)
    elsewhere = [shown(one) for one in own.exclude(unit=unit).order_by("pk")]
    with as_system(Purpose.SESSIONS):
        # one at a time at each door, so that two who draw at once see each other
        Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
        at_the_door = DoorCode.objects.filter(unit=unit, look_up__isnull=False)
        taken = {bytes(one or b"") for one in at_the_door.values_list("look_up", flat=True)}
    if len(taken) >= MOST:
        raise NoneLeft
    wished = [] if own.filter(unit=unit).exists() else elsewhere
    figures = _free(unit.pk, taken, wished=wished)
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
    held = DoorCode.objects.filter(participant=participant, unit=unit, look_up__isnull=False)
    if held.update(look_up=None, sealed=None):
        _note(AuditAct.CHANGE, participant, by=by)


def shown(code: DoorCode) -> str:
    """Return the figures, for the page of the one whose they are."""
    sealed = bytes(code.sealed or b"")
    return crypto.unseal(sealed, context=_of(code.participant_id, code.unit_id))


def hashes(unit_id: int, figures: str) -> list[bytes]:
    """Return under what the figures may be found at a door; another door has others."""
    return crypto.look_up(f"door {unit_id} {figures}")


def forget(*, today: date) -> int:
    """Forget the figures that nobody has used for a year; return how many."""
    with as_system(Purpose.SESSIONS):
        old = DoorCode.objects.filter(look_up__isnull=False, used_on__lte=today - SLEEPS_AFTER)
        return old.update(look_up=None, sealed=None)


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
