"""A calendar's secret address: made and taken back by the person, used by a machine every hour."""

from __future__ import annotations

import secrets
from base64 import b32encode
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from activities.models import CalendarAddress
from portal import audit
from portal.backends import current_memberships
from portal.models import AuditAct, InfoType, User

if TYPE_CHECKING:
    from datetime import date

    from participants.models import Participant
    from portal.actor import Actor

BYTES = 20  # 160 bits: nobody tries them out


class IsProtected(Exception):
    """Somebody with protected identity has no address that a stranger could find and keep."""


@transaction.atomic
def make(*, participant: Participant, by: Actor) -> str:
    """Return the secret of a new address, to be seen once; the one before stops working."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.user_id)
    if participant.protection:
        raise IsProtected
    CalendarAddress.objects.working().filter(user=user).update(revoked_at=Now())
    secret = b32encode(secrets.token_bytes(BYTES)).decode().lower()
    CalendarAddress.objects.create(user=user, secret=hashed(secret))
    _note(AuditAct.CREATE, participant, by=by)
    return secret


@transaction.atomic
def take_back(*, participant: Participant, by: Actor) -> None:
    """End the address: it answers as one that never was. Twice changes nothing."""
    working = CalendarAddress.objects.working().filter(user=by.user)
    if working.update(revoked_at=Now()):
        _note(AuditAct.CHANGE, participant, by=by)


def opened_by(secret: str) -> CalendarAddress | None:
    """Return the address that a secret opens, of an account that acts for itself alone."""
    working = CalendarAddress.objects.working().filter(secret=hashed(secret), user__is_active=True)
    found = working.select_related("user").first()
    return found if found and not current_memberships(found.user) else None


def note_read(*, address: CalendarAddress, participant: Participant, by: Actor, on: date) -> None:
    """Write in the log that a calendar has read: once a day, since calendars ask every hour."""
    unread = CalendarAddress.objects.filter(pk=address.pk).filter(
        Q(read_on=None) | Q(read_on__lt=on)
    )
    if unread.update(read_on=on):
        _note(AuditAct.EXPORT, participant, by=by)


def hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _note(act: AuditAct, participant: Participant, *, by: Actor) -> None:
    audit.record(
        act,
        "calendar",
        by=by,
        participants=[participant.pk],
        subject_id=participant.pk,
        info_types=[InfoType.ACTIVITY],
    )
