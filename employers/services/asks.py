"""Ask an employer, and take the answer: by the link, or noted by whoever rang."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from employers.models import AskAnswer, Employer, EmployerAsk
from employers.notifications import asking
from portal import audit
from portal.models import AuditAct
from portal.reminders.times import working_day_from
from portal.submissions import expect_same

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from portal.actor import Actor

REMIND, RING = timedelta(days=3), timedelta(days=7)  # as the calendar has them (domain.md 8)
DAY = timedelta(days=1)
UNANSWERED = 2  # questions in a row, after which they are left in peace


class NoAddress(Exception):
    """The register has no e-mail for them."""


class AskedAlready(Exception):
    """A question waits, and it is not so long ago that one may ask anew."""


class Asleep(Exception):
    """They have not answered twice: they are left in peace, or somebody rings."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class AlreadyAnswered(Exception):
    """The answer has come, in another window or by another way."""


@transaction.atomic
def ask_employer(
    *, employer: Employer, by: Actor, submission_id: UUID, words: str, now: datetime | None = None
) -> EmployerAsk:
    """Put a question; one without an answer makes room for it. Twice is once."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
    now = now or timezone.now()
    today = timezone.localdate(now)
    known = EmployerAsk.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, employer=employer, words=words)
        return known
    if not employer.contact_email or by.membership is None:
        raise NoAddress
    before = EmployerAsk.objects.filter(employer=employer)
    if before.waiting().exclude(ring_on__lte=today).exists():
        raise AskedAlready
    until = asleep_until(employer)
    if until and until > now:
        raise Asleep(until)
    remind_on = working_day_from(today + REMIND)
    unanswered = list(before.waiting())
    before.waiting().update(answer=AskAnswer.NONE, answered_at=now)
    ask = EmployerAsk.objects.create(
        employer=employer,
        asker=by.membership,
        submission_id=submission_id,
        words=words,
        asked_at=now,
        remind_on=remind_on,
        ring_on=max(working_day_from(today + RING), working_day_from(remind_on + DAY)),
    )
    asking.plan_ask([ask.pk, *(one.pk for one in unanswered)])
    audit.record(AuditAct.CREATE, "employerask", by=by, subject_id=ask.pk)
    return ask


def asleep_until(employer: Employer) -> datetime | None:
    """Return until when an employer is left in peace, who has not answered twice in a row."""
    latest = list(EmployerAsk.objects.filter(employer=employer).newest_first()[:UNANSWERED])
    silent = [one for one in latest if one.answer == AskAnswer.NONE or one.is_to_ring]
    if len(silent) < UNANSWERED:
        return None
    return latest[0].asked_at + relativedelta(months=asking.MONTHS_ASLEEP)


@transaction.atomic
def answer_ask(*, ask: EmployerAsk, answer: str, by: Actor | None = None) -> None:
    """Keep what they answer: by the link, without an account, or told to a colleague."""
    waiting = EmployerAsk.objects.waiting().filter(pk=ask.pk)
    noted_by = by.user if by else None
    if not waiting.update(answer=answer, answered_at=timezone.now(), noted_by=noted_by):
        raise AlreadyAnswered
    asking.plan_ask([ask.pk])
    if by:
        audit.record(AuditAct.CHANGE, "employerask", by=by, subject_id=ask.pk)
