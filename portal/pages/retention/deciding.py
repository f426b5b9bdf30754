"""Rules, holds and decisions: every write but the removal itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import audit
from portal.models import AuditAct, InfoType, User
from portal.pages.retention.models import Disposal, Entry, Hold, Rule
from portal.pages.retention.preview import due

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from participants.models import Participant
    from portal.actor import Actor
    from portal.models import Organisation

DAY = timedelta(days=1)


class LaterRule(Exception):
    """A rule that begins on that day or later stands already."""


class OpenDisposal(Exception):
    """The organisation has a proposal that is not answered or not done."""


class NothingDue(Exception):
    """Nothing may go today."""


class FourEyes(Exception):
    """Whoever proposed cannot confirm, and nobody else changes the proposal."""


class Answered(Exception):
    """Somebody else was first: it is confirmed, stopped or done."""


@transaction.atomic
def set_rules(
    *,
    owner: Organisation,
    by: Actor,
    submission_id: UUID,
    info_types: Iterable[InfoType],
    valid_from: date,
    trigger: str,
    years: int,
    archive_days: list[int],
    source: str,
) -> None:
    """Write a rule for each kind; the one in force ends the day before. Twice makes them once."""
    if Rule.objects.filter(submission_id=submission_id).exists():
        return
    for kind in info_types:
        held = Rule.objects.filter(owner=owner, info_type=kind)
        before = held.filter(valid_from__lt=valid_from)
        before.on(valid_from).update(valid_to=valid_from - DAY)
        try:
            with transaction.atomic():
                Rule.objects.create(
                    owner=owner,
                    info_type=kind,
                    trigger=trigger,
                    years=years,
                    archive_days=archive_days,
                    valid_from=valid_from,
                    source=source,
                    checked_by=acting(by),
                    submission_id=submission_id,
                )
        except IntegrityError:
            raise LaterRule from None
    audit.record(AuditAct.CREATE, "retention_rule", by=by, subject_id=owner.pk)


@transaction.atomic
def set_hold(*, participant: Participant, by: Actor, reason: str) -> None:
    """Stop everything for a person; a second hold changes nothing."""
    _held, is_new = Hold.objects.get_or_create(
        participant=participant,
        ended_at=None,
        defaults={"reason": reason, "started_by": acting(by)},
    )
    if is_new:
        _note("hold", participant.pk, by=by, act=AuditAct.CREATE)


@transaction.atomic
def end_hold(*, participant: Participant, by: Actor) -> None:
    """Let the rules count again; nothing goes by that alone."""
    held = Hold.objects.in_force().filter(participant=participant)
    if held.update(ended_at=timezone.now(), ended_by=by.user):
        _note("hold", participant.pk, by=by, act=AuditAct.CHANGE)


@transaction.atomic
def propose(*, owner: Organisation, by: Actor, submission_id: UUID, today: date) -> Disposal:
    """Write down what may go today, line by line. Sending twice makes one proposal."""
    known = Disposal.objects.filter(submission_id=submission_id).first()
    if known:
        return known
    lines = [one for one in due(owner, today) if one.rule_id and not one.is_held]
    if not lines:
        raise NothingDue
    try:
        with transaction.atomic():
            proposed = Disposal.objects.create(
                owner=owner, proposed_by=acting(by), submission_id=submission_id
            )
    except IntegrityError:
        raise OpenDisposal from None
    Entry.objects.bulk_create(
        Entry(
            disposal=proposed,
            participant_id=one.participant_id,
            rule_id=one.rule_id or 0,
            initials=one.initials,
            short_id=str(one.public_id)[:8],
            touched_on=one.touched_on,
            closes_on=one.closes_on or today,
            rows=one.rows,
            archive=one.archive,
        )
        for one in lines
    )
    audit.record(
        AuditAct.CREATE,
        "disposal",
        by=by,
        subject_id=proposed.pk,
        participants={one.participant_id for one in lines},
        info_types={InfoType(one.info_type) for one in lines},
    )
    return proposed


@transaction.atomic
def answer(*, entry: Entry, by: Actor, archive: bool | None) -> None:
    """Say what becomes of a person's lines: removed, handed over, or kept for now.

    For all lines of the person, since a birth date is the same in each of them.
    """
    disposal = _locked(entry.disposal_id)
    if disposal.proposed_by_id != by.user_id:
        raise FourEyes
    if disposal.confirmed_at or disposal.withdrawn_at:
        raise Answered
    disposal.entries.filter(participant=entry.participant_id).update(archive=archive)
    _note("disposal", entry.participant_id, by=by, act=AuditAct.CHANGE, subject_id=disposal.pk)


@transaction.atomic
def confirm(*, disposal: Disposal, by: Actor) -> None:
    """Decide it, as the second manager; it can be stopped for a day. Twice changes nothing."""
    locked = _locked(disposal.pk)
    if locked.confirmed_by_id == by.user_id and not locked.withdrawn_at:
        return
    if locked.proposed_by_id == by.user_id:
        raise FourEyes
    if locked.confirmed_at or locked.withdrawn_at:
        raise Answered
    now = timezone.now()
    locked.confirmed_at, locked.confirmed_by = now, acting(by)
    locked.not_before = now + timedelta(seconds=settings.RETENTION_WAIT)
    locked.save(update_fields=["confirmed_at", "confirmed_by", "not_before"])
    audit.record(AuditAct.CHANGE, "disposal", by=by, subject_id=locked.pk)


@transaction.atomic
def withdraw(*, disposal: Disposal, by: Actor) -> None:
    """Stop it, whoever proposed or confirmed it; what has gone is gone. Twice changes nothing."""
    locked = _locked(disposal.pk)
    if locked.finished_at:
        raise Answered
    if locked.withdrawn_at:
        return
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), acting(by)
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    locked.entries.all().delete()
    audit.record(AuditAct.CHANGE, "disposal", by=by, subject_id=locked.pk)


def acting(by: Actor) -> User:
    """Return who answers for a decision: never the system."""
    if by.user is None:
        raise FourEyes
    return by.user


def _locked(pk: int) -> Disposal:
    return Disposal.objects.select_for_update(of=("self",)).get(pk=pk)


def _note(
    subject: str, participant_id: int, *, by: Actor, act: AuditAct, subject_id: int | None = None
) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[participant_id],
        subject_id=subject_id or participant_id,
        info_types=[InfoType.CONTACT],
    )
