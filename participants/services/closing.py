"""The work with a person ends, and begins again without a question. Nothing is removed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Intake, Participant
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from portal.actor import Actor


class ClosingReason(models.TextChoices):
    """Why the work ends. That somebody has not come is no reason (IPS-25, item 25)."""

    ARRIVED = "ARRIVED", _("Has a job or studies, and needs no more support")
    OWN_WISH = "OWN_WISH", _("Wants to stop")
    OTHER_SUPPORT = "OTHER_SUPPORT", _("Gets support from somebody else")
    MOVED = "MOVED", _("Has moved")
    DIED = "DIED", _("Has died")
    MISTAKE = "MISTAKE", _("Was registered by mistake")


@as_system(Purpose.TEAM)
def close_person(*, participant: Participant, by: Actor, reason: ClosingReason) -> None:
    """End the work with a person; the last contact stays to be seen. Twice changes nothing.

    The main contact goes last, since it may be what opens the record to whoever closes it.
    """
    locked = Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    if locked.closed_at:
        return
    now, why = timezone.now(), str(reason.label)
    Participant.objects.filter(pk=locked.pk).update(closed_at=now)
    audit.record(
        AuditAct.CHANGE,
        "closing",
        by=by,
        participants=[locked.pk],
        subject_id=locked.pk,
        info_types=[InfoType.CONTACT],
    )
    locked.intakes.filter(closed_at=None).update(closed_at=now)
    locked.handovers.filter(ended_at=None).update(ended_at=now)
    locked.team_members.open().update(ended_at=now, end_reason=why[:200])
    locked.main_contacts.open().update(ended_at=now, end_reason=why[:200])


@as_system(Purpose.TEAM)
def reopen_person(*, participant: Participant, by: Actor) -> None:
    """*Välkommen tillbaka*: a place in the intake of the last unit. Twice makes one place."""
    locked = Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    if locked.closed_at is None or locked.unit is None:
        return
    now = timezone.now()
    Participant.objects.filter(pk=locked.pk).update(closed_at=None)
    Intake.objects.create(participant=locked, unit=locked.unit, opened_at=now)
    audit.record(
        AuditAct.CHANGE,
        "closing",
        by=by,
        participants=[locked.pk],
        subject_id=locked.pk,
        info_types=[InfoType.CONTACT],
    )
