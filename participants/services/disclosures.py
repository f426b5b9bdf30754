"""Writing down what was handed out because a law allows or demands it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from participants.models import Disclosure, Participant
from participants.services.consents import note
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize
from portal.submissions import once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


@transaction.atomic
def write_disclosure(
    *,
    participant: Participant,
    by: Actor,
    submission_id: UUID,
    receiver: str,
    what: str,
    info_types: Iterable[InfoType],
    ground: str,
    reason: str,
    disclosed_on: date,
) -> Disclosure:
    """Keep who got what, when, and by which law; the manager of the organisation answers for it."""
    authorize(by, Permission.DISCLOSURE_WRITE)
    kinds = sorted(set(info_types))
    row, is_new = once(
        Disclosure,
        submission_id,
        participant=participant,
        owner_id=by.organisation_id,
        author=by.user,
        receiver=receiver,
        what=what,
        info_types=kinds,
        ground=ground,
        reason=reason,
        disclosed_on=disclosed_on,
    )
    if is_new:
        note(
            AuditAct.CREATE,
            participant,
            by=by,
            subject="disclosure",
            subject_id=row.pk,
            kinds=kinds,
        )
    return row
