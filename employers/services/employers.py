"""The register of employers: one entry per place of work, kept true by whoever works with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from employers.models import Employer
from portal import audit
from portal.models import AuditAct
from portal.submissions import once

if TYPE_CHECKING:
    from uuid import UUID

    from portal.actor import Actor


@transaction.atomic
def add_employer(*, by: Actor, submission_id: UUID, **fields: Any) -> Employer:
    """Write an employer into the register; sending the same form twice makes one.

    `fields` are those of Employer: name, trade, contact_name, contact_phone, contact_email.
    """
    owner_id = by.organisation_id or 0  # nobody's: the database says no
    employer, is_new = once(Employer, submission_id, owner_id=owner_id, **fields)
    if is_new:
        audit.record(AuditAct.CREATE, "employer", by=by, subject_id=employer.pk)
    return employer


@transaction.atomic
def change_employer(*, employer: Employer, by: Actor, **fields: Any) -> None:
    """Write down what is new: the one to ring has changed, or the name was misspelt."""
    Employer.objects.filter(pk=employer.pk).update(**fields)
    audit.record(AuditAct.CHANGE, "employer", by=by, subject_id=employer.pk)
