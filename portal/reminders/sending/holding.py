"""What a pause does to a row: it is taken once, and put off until the pause ends or it is too late.

So a hundred thousand that wait stand in the way of nobody, and none ends without a word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.reminders.models import KindPause, Reason, Reminder, Status
from portal.reminders.sending.outcomes import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from portal.reminders.sending.claims import Claim


def hold(claims: list[Claim]) -> tuple[list[tuple[Claim, Verdict]], list[Claim]]:
    """Return the verdicts on what is paused, and the claims that are not or that may have gone."""
    ends = _ends_of_pauses() if claims else {}
    held = [claim for claim in claims if claim.kind in ends]
    if not held:
        return [], claims
    rows = Reminder.objects.filter(pk__in=[claim.pk for claim in held])
    too_late = dict(rows.values_list("pk", "not_after"))
    verdicts: list[tuple[Claim, Verdict]] = []
    left = [claim for claim in claims if claim.kind not in ends]
    for claim in held:
        verdict = _put_off(claim, ends[claim.kind], too_late[claim.pk])
        if claim.is_in_doubt and verdict.next_at:
            left.append(replace(claim, put_off=verdict))
        else:
            verdicts.append((claim, verdict))
    return verdicts, left


def _ends_of_pauses() -> dict[str, datetime | None]:
    return dict(KindPause.objects.standing().values_list("kind", "until"))


def _put_off(claim: Claim, until: datetime | None, too_late: datetime) -> Verdict:
    if claim.at >= too_late:
        return Verdict(Status.GIVEN_UP, Reason.HELD)
    return Verdict(Status.PLANNED, Reason.HELD, min(until or too_late, too_late))
