"""A contact writes down who speaks for a person, looks at the paper anew, and ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from participants.models import MainContact, Participant, Representative, TeamMember
from participants.services.consents import hold, note
from portal.models import AuditAct, InfoType, Membership
from portal.permissions import Role
from portal.submissions import expect_same

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


class HasEnded(Exception):
    """The support has ended: nobody new speaks for the person here."""


class NoRepresentative(Exception):
    """This account has no such role now, or is the person's own, or a colleague's of the team."""


class AlreadySpeaks(Exception):
    """The same one speaks for the person already."""


class DecidedByCourt(Exception):
    """The person gave no power, and cannot take it back: whoever has seen the paper can."""


class NoLonger(Exception):
    """It was ended in another window."""


@transaction.atomic
def record_representative(
    *,
    participant: Participant,
    membership: Membership,
    by: Actor,
    submission_id: UUID,
    info_types: Iterable[InfoType],
    seen_on: date,
    **paper: Any,
) -> Representative:
    """Let somebody read the kinds that the paper covers; sending twice writes it once.

    It opens what this organisation answers for: another one that has seen the paper writes its own.
    """
    hold(participant)
    about: dict[str, Any] = {
        "participant": participant,
        "membership": membership,
        "info_types": sorted(int(kind) for kind in info_types),
        **paper,
    }
    known = Representative.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, **about)
        return known
    _check(participant, membership)
    written: dict[str, Any] = {"author": by.user, "owner_id": by.organisation_id}
    same = Representative.objects.standing().filter(participant=participant, membership=membership)
    if same.filter(owner=by.organisation_id).exists():
        raise AlreadySpeaks
    seen = {"seen_on": seen_on, "seen_by": by.user}
    one = Representative.objects.create(submission_id=submission_id, **about, **written, **seen)
    _note(AuditAct.CREATE, one, by)
    return one


@transaction.atomic
def renew_representative(
    *, representative: Representative, by: Actor, seen_on: date, until: date
) -> None:
    """Write that the paper was looked at again and still holds: for a year more, at most."""
    hold(representative.participant)
    standing = Representative.objects.standing().filter(pk=representative.pk)
    if not standing.update(seen_on=seen_on, seen_by=by.user, until=until):
        raise NoLonger
    _note(AuditAct.CHANGE, representative, by)


@transaction.atomic
def end_representative(*, representative: Representative, by: Actor) -> None:
    """Close everything from this moment; ending it twice changes nothing."""
    if by.membership is None and not representative.is_by_choice:
        raise DecidedByCourt
    hold(representative.participant)
    standing = Representative.objects.standing().filter(pk=representative.pk)
    if standing.update(ended_at=timezone.now(), ended_by=by.user):
        _note(AuditAct.CHANGE, representative, by)


def _check(participant: Participant, membership: Membership) -> None:
    """Read the person and the account anew, held."""
    closed_at, user_id = Participant.objects.values_list("closed_at", "user_id").get(
        pk=participant.pk
    )
    if closed_at:
        raise HasEnded
    current = Membership.objects.current().filter(pk=membership.pk, role=Role.REPRESENTATIVE)
    works = Q(participant=participant, membership__user=membership.user_id)
    works_here = [
        MainContact.objects.open().filter(works).exists(),
        TeamMember.objects.open().filter(works).exists(),
    ]
    if membership.user_id == user_id or any(works_here) or not current.exists():
        raise NoRepresentative


def _note(act: AuditAct, one: Representative, by: Actor) -> None:
    note(
        act,
        one.participant,
        by=by,
        subject="representative",
        subject_id=one.pk,
        kinds=[InfoType(kind) for kind in one.info_types],
    )
