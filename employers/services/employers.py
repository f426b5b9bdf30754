"""The register of employers: one entry per place of work, kept true by whoever works with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from employers.models import Employer
from portal import audit
from portal.models import AuditAct

if TYPE_CHECKING:
    from uuid import UUID

    from portal.actor import Actor


def add_employer(*, by: Actor, submission_id: UUID, **fields: Any) -> Employer:
    """Write an employer into the register; sending the same form twice makes one.

    `fields` are those of Employer: name, trade, contact_name, contact_phone, contact_email.
    """
    try:
        with transaction.atomic():
            employer = Employer.objects.create(
                owner_id=by.organisation_id or 0,  # nobody's: the database says no
                submission_id=submission_id,
                **fields,
            )
            audit.record(AuditAct.CREATE, "employer", by=by, subject_id=employer.pk)
    except IntegrityError:
        return Employer.objects.get(submission_id=submission_id)
    return employer


@transaction.atomic
def change_employer(*, employer: Employer, by: Actor, **fields: Any) -> None:
    """Write down what is new: the one to ring has changed, or the name was misspelt."""
    Employer.objects.filter(pk=employer.pk).update(**fields)
    audit.record(AuditAct.CHANGE, "employer", by=by, subject_id=employer.pk)
