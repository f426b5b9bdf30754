"""What is written about the log: that something looks wrong, and what the reviewer says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from portal import audit
from portal.models import AuditAct
from portal.pages.log.models import Decision, Finding, Source
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from participants.models import Participant
    from portal.actor import Actor


@transaction.atomic
def report(
    *, participant: Participant, by: Actor, on: date, text: str, submission_id: UUID | None
) -> Finding:
    """Ask the log reviewer about a day: it passes by the guide."""
    finding, is_new = once(
        Finding,
        submission_id,
        source=Source.REPORT,
        participant=participant,
        on=on,
        text=text,
    )
    if is_new:
        audit.record(AuditAct.CREATE, "log_report", by=by, participants=[participant.pk])
    return finding


@transaction.atomic
def decide(
    *,
    finding: Finding,
    by: Actor,
    verdict: str,
    note: str,
    answer: str = "",
    submission_id: UUID | None,
) -> Decision:
    """Keep what the reviewer says, with who and when; a later word stands beside it."""
    decision, is_new = once(
        Decision,
        submission_id,
        finding=finding,
        author=by.user,
        verdict=verdict,
        note=note,
        answer=answer,
    )
    if is_new:
        audit.record(
            AuditAct.CHANGE,
            "log_review",
            by=by,
            subject_id=finding.pk,
            participants=[finding.participant_id] if finding.participant_id else [],
        )
    return decision


def draw_sample(*, month: date, per_unit: int) -> int:
    """Draw a month's lots when it is over; a month that is drawn stays as it was drawn."""
    return _asked("SELECT draw_log_sample(%s, %s)", month, per_unit)


def find_hits(*, since: datetime, until: datetime, many: int) -> int:
    """Look for what the rules ask about, and return what is new; looking again adds nothing."""
    return _asked("SELECT find_log_hits(%s, %s, %s)", since, until, many)


def _asked(question: str, *words: date | int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question, words)
        return int((cursor.fetchone() or (0,))[0])
