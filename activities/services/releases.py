"""Send the plan and the attendance of mandated days to those who decide on money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from activities import laying_out, releasing
from activities.models import MandatedRelease
from participants.models import Protection
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from participants.models import Participant
    from portal.actor import Actor
    from portal.models import Organisation

READING_DAYS = 3  # whole days that the person has, to read it and to object


class NothingMandated(Exception):
    """The person has no mandated days in the period: nothing voluntary is ever sent."""


class IsProtected(Exception):
    """What is known of a protected person is sent by no machine."""


@transaction.atomic
def release(
    *,
    participant: Participant,
    receiver: Organisation,
    first_on: date,
    last_on: date,
    by: Actor,
    now: datetime,
    submission_id: UUID | None = None,
) -> MandatedRelease:
    """Copy a period for the person to read; it opens later, and never by itself for another."""
    authorize(by, Permission.RELEASE_WRITE)
    if participant.protection != Protection.NONE:
        raise IsProtected
    copy = releasing.mandated(participant, actor=by, first=first_on, last=last_on, now=now)
    if not copy.plan or by.user is None or by.organisation_id is None:
        raise NothingMandated
    today = timezone.localdate(now)
    opens_at = laying_out.midnight(today + (READING_DAYS + 1) * laying_out.DAY)
    made, is_new = once(
        MandatedRelease,
        submission_id,
        at_first={"released_at": now, "opens_at": opens_at, **copy.as_json()},
        participant=participant,
        owner_id=by.organisation_id,
        receiver=receiver,
        name=participant.name,
        first_on=first_on,
        last_on=last_on,
        released_by=by.user,
    )
    if is_new:
        _note(AuditAct.CREATE, made, by=by)
    return made


@transaction.atomic
def confirm(*, release: MandatedRelease, by: Actor, now: datetime) -> None:
    """Open it at once: the person has read it and says that it may go."""
    waiting = MandatedRelease.objects.standing().filter(pk=release.pk, confirmed_at=None)
    if waiting.update(confirmed_at=now, held_at=None):
        _note(AuditAct.CHANGE, release, by=by)


@transaction.atomic
def hold(*, release: MandatedRelease, by: Actor, now: datetime) -> None:
    """Wait at the person's word: it stays closed until the person lets it go, or a new is made.

    What has opened has been read already; then only a talk with the one who sent it helps.
    """
    reading = MandatedRelease.objects.standing().filter(
        pk=release.pk, confirmed_at=None, held_at=None, opens_at__gt=now
    )
    if reading.update(held_at=now):
        _note(AuditAct.CHANGE, release, by=by)


@transaction.atomic
def take_back(*, release: MandatedRelease, by: Actor, now: datetime) -> None:
    """Close it from the next request on; what has been read is read."""
    authorize(by, Permission.RELEASE_WRITE)
    standing = MandatedRelease.objects.standing().filter(pk=release.pk)
    if standing.update(taken_back_at=now, taken_back_by=by.user):
        _note(AuditAct.CHANGE, release, by=by)


def _note(act: AuditAct, release: MandatedRelease, *, by: Actor) -> None:
    audit.record(
        act,
        "mandated_release",
        by=by,
        participants=[release.participant_id],
        subject_id=release.pk,
        info_types=[InfoType.ACTIVITY],
    )
