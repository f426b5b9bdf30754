"""A person begins at a workplace, something changes, and it ends or leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from employers.models import Employer, Placement
from employers.services.follow_ups import lock, plan_follow_ups
from participants.services.plan import owner_of
from portal import audit
from portal.models import AuditAct, InfoType, Membership
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from participants.models import Participant
    from portal.actor import Actor


class Changed(Exception):
    """Somebody else saved, or ended it, between our read and our write."""


@transaction.atomic
def create_placement(
    *,
    participant: Participant,
    employer: Employer,
    supporter: Membership,
    by: Actor,
    submission_id: UUID,
    **fields: Any,
) -> Placement:
    """Write a placement and plan its follow-ups; sending the same form twice makes one.

    `fields` are those of Placement: kind, subsidy, occupation, starts_on, ends_on,
    hours_per_week, permanent, may_lead_to_wage, found_by.
    """
    placement, is_new = once(
        Placement,
        submission_id,
        participant=participant,
        employer=employer,
        supporter=supporter,
        owner_id=owner_of(participant, by),
        info_type=InfoType.PLACEMENT,
        author=by.user,
        **fields,
    )
    if is_new:
        plan_follow_ups(placement)
        _note(AuditAct.CREATE, placement, by=by)
    return placement


@transaction.atomic
def change_placement(*, placement: Placement, by: Actor, version: int, **fields: Any) -> None:
    """Change an open placement that nobody has changed since `version`; follow-ups move along."""
    unchanged = Placement.objects.open().filter(pk=placement.pk, version=version)
    if not unchanged.update(version=F("version") + 1, **fields):
        raise Changed
    plan_follow_ups(lock(placement))
    _note(AuditAct.CHANGE, placement, by=by)


@transaction.atomic
def end_placement(
    *, placement: Placement, by: Actor, ended_on: date, end_reason: str, led_to_job: str
) -> None:
    """End a placement that is open; one follow-up remains, so that nobody is let go of."""
    ended = Placement.objects.open().filter(pk=placement.pk)
    if not ended.update(
        ended_on=ended_on,
        ended_by=by.user,
        end_reason=end_reason,
        led_to_job=led_to_job,
        version=F("version") + 1,
    ):
        raise Changed
    plan_follow_ups(lock(placement))
    _note(AuditAct.CHANGE, placement, by=by)


@transaction.atomic
def reopen_placement(*, placement: Placement, by: Actor) -> None:
    """Take an end back that was written by mistake; reopening twice changes nothing."""
    ended = Placement.objects.filter(pk=placement.pk, ended_on__isnull=False)
    if ended.update(
        ended_on=None, ended_by=None, end_reason="", led_to_job="", version=F("version") + 1
    ):
        plan_follow_ups(lock(placement))
        _note(AuditAct.CHANGE, placement, by=by)


def _note(act: AuditAct, placement: Placement, *, by: Actor) -> None:
    audit.record(
        act,
        "placement",
        by=by,
        participants=[placement.participant_id],
        subject_id=placement.pk,
        info_types=[InfoType.PLACEMENT],
    )
