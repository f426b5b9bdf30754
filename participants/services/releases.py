"""Handing out one item within a yes, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participants.models import Audience, Consent, Participant, Release, Sharing
from participants.services.consents import hold, note
from portal.models import AuditAct, InfoType
from portal.reminders import planning

if TYPE_CHECKING:
    from participants.models import Item
    from portal.actor import Actor


class NoYes(Exception):
    """The yes has ended, is about something else, or was to another kind of sharing."""


class NotOurs(Exception):
    """Only the organisation that answers for an item hands it out."""


class ForUsAlone(Exception):
    """The note was written for colleagues of the own organisation only."""


@transaction.atomic
def release_item(*, item: Item, consent: Consent, by: Actor) -> Release:
    """Hand out an item to whom the yes names; handing out twice changes nothing."""
    if by.user is None or by.organisation_id != item.owner_id:
        raise NotOurs
    if getattr(item, "audience", Audience.TEAM) != Audience.TEAM:
        raise ForUsAlone
    hold(Participant(pk=item.participant_id))
    holds = Consent.objects.in_force().filter(
        pk=consent.pk,
        participant=item.participant_id,
        info_type=item.info_type,
        sharing=Sharing.PUSH,
    )
    if not holds.exists():
        raise NoYes
    release, is_new = Release.objects.standing().get_or_create(
        consent=consent,
        item_id=item.public_id,
        defaults={
            "participant_id": item.participant_id,
            "kind": str(item._meta.model_name),
            "owner_id": item.owner_id,
            "author": by.user,
        },
    )
    if is_new:
        _note(AuditAct.CREATE, release, by=by, kind=InfoType(item.info_type))
    return release


@transaction.atomic
def take_back_release(*, release: Release, by: Actor) -> None:
    """Let an item be read no more; that it was handed out stays. Twice changes nothing."""
    hold(Participant(pk=release.participant_id))
    standing = Release.objects.standing().filter(pk=release.pk)
    if standing.update(taken_back_at=timezone.now(), taken_back_by=by.user):
        planning.replan(release.participant_id)
        _note(AuditAct.CHANGE, release, by=by, kind=InfoType(release.consent.info_type))


def _note(act: AuditAct, release: Release, *, by: Actor, kind: InfoType) -> None:
    note(
        act,
        Participant(pk=release.participant_id),
        by=by,
        subject="release",
        subject_id=release.pk,
        kinds=[kind],
    )
