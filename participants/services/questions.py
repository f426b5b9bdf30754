"""A colleague asks, the person answers; a no is kept, and left in peace for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from participants.models import Answer, ConsentGiven, ConsentQuestion, Participant
from participants.models.questions import AGAIN, ConsentQuestionQuerySet
from participants.services.consents import end_of, hold, note, say_yes
from portal.models import AuditAct, InfoType, Organisation
from portal.submissions import SentBefore, expect_same

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


class AskedAlready(Exception):
    """The same question waits for its answer."""


class TooSoon(Exception):
    """The person said no a short while ago; `on` is the first day to ask again."""

    def __init__(self, on: date | None) -> None:
        super().__init__()
        self.on = on


class AlreadyAnswered(Exception):
    """The question was answered in another window, or its last day has passed."""


class NotTheirs(Exception):
    """A yes in the portal is said by the person and by nobody for them."""


@transaction.atomic
def ask_consent(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID,
    receiver: Organisation,
    info_types: Iterable[InfoType],
    purpose: str,
    until: date,
) -> list[ConsentQuestion]:
    """Put one question for each kind of information; sending twice asks once."""
    hold(participant)
    kinds = sorted(set(info_types))
    about: dict[str, Any] = {"participant": participant, "receiver": receiver, "purpose": purpose}
    known = list(ConsentQuestion.objects.filter(submission_id=submission_id))
    if known:
        if [row.info_type for row in sorted(known, key=lambda row: row.info_type)] != kinds:
            raise SentBefore
        for row in known:
            expect_same(row, until=until, **about)
        return known
    same = ConsentQuestion.objects.filter(info_type__in=kinds, **about)
    if same.waiting().exists():
        raise AskedAlready
    refused = same.filter(answer=Answer.NO, answered_at__gt=timezone.now() - AGAIN)
    if latest := refused.order_by("-answered_at").first():
        raise TooSoon(latest.again_on)
    same.filter(answer="").update(answer=Answer.NONE, answered_at=timezone.now())
    asked: dict[str, Any] = {
        "author_id": by.user_id,
        "organisation_id": by.organisation_id,
        "submission_id": submission_id,
    }
    rows = [
        ConsentQuestion.objects.create(
            info_type=kind,
            until=until,
            **about,
            **asked,
        )
        for kind in kinds
    ]
    _note(AuditAct.CREATE, rows[0], by=by, kinds=kinds)
    return rows


@transaction.atomic
def answer_question(*, question: ConsentQuestion, by: Actor, answer: Answer) -> None:
    """Keep what the person answers; a yes holds from this moment."""
    person = _theirs(question, by)
    if not _waiting(question).exists():
        raise AlreadyAnswered
    consent = None
    if answer == Answer.YES:
        (consent,) = say_yes(
            participant=person,
            receiver=question.receiver,
            purpose=question.purpose,
            info_types=[InfoType(question.info_type)],
            by=by,
            given=ConsentGiven.PORTAL,
            valid_until=end_of(question.until),
            sharing=question.sharing,
            text_version=question.text_version,
        )
    _waiting(question).update(answer=answer, answered_at=timezone.now(), consent=consent)
    _note(AuditAct.CHANGE, question, by=by, kinds=[InfoType(question.info_type)])


@transaction.atomic
def put_off_question(*, question: ConsentQuestion, by: Actor) -> None:
    """Let the question rest for a week: it stays where it can be found."""
    _theirs(question, by)
    if not _waiting(question).update(put_off_at=timezone.now()):
        raise AlreadyAnswered


@transaction.atomic
def take_back_question(*, question: ConsentQuestion, by: Actor) -> None:
    """End a question that need not be answered any more; one that has its answer keeps it."""
    hold(question.participant)
    if _waiting(question).update(answer=Answer.NONE, answered_at=timezone.now()):
        _note(AuditAct.CHANGE, question, by=by, kinds=[InfoType(question.info_type)])


def _theirs(question: ConsentQuestion, by: Actor) -> Participant:
    person = question.participant
    if by.membership or person.user_id != by.user_id:
        raise NotTheirs
    hold(person)
    return person


def _waiting(question: ConsentQuestion) -> ConsentQuestionQuerySet:
    return ConsentQuestion.objects.waiting().filter(pk=question.pk)


def _note(
    act: AuditAct, question: ConsentQuestion, *, by: Actor, kinds: Iterable[InfoType]
) -> None:
    note(
        act,
        question.participant,
        by=by,
        subject="consentquestion",
        subject_id=question.pk,
        kinds=kinds,
    )
