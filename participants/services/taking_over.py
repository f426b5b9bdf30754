"""A human takes over what no message could say: a step in the plan for the person's contact.

The machine tells once. However much fails on a day, the contact is asked one thing: to ring.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from participants.models import MainContact, Participant, Step
from participants.notifications.steps import STEP_TAKEN_OVER
from participants.reach import contacts
from participants.ringing import who_rings
from participants.services import plan
from portal.actor import system
from portal.models import Membership
from portal.reminders import planning
from portal.reminders.times import local, working_day_from

if TYPE_CHECKING:
    from datetime import date

    from portal.reminders.kinds import Owed

ONCE_A_DAY = UUID("5f0a8f0e-3f0b-4a53-9a07-0f7f5f1f5c52")  # with person and day: the same step


class NobodyToAsk(Exception):
    """The person has neither a contact nor a unit with somebody who leads it: asked again later."""


def take_over(owed: Owed) -> None:
    """Ask the person's contact to say what is owed, once a day; else whoever stands in or leads.

    Runs as the system. Where a call is wished and the kind asks contacts by itself, it has.
    """
    person = Participant.objects.open().filter(pk=owed.participant_id).first()
    if person is None or (owed.is_wished and owed.kind.is_rung and contacts([person.pk])):
        return
    today = timezone.localdate()
    colleague = _who(person, owed.but)
    once = uuid5(ONCE_A_DAY, f"{person.pk} {today}")
    if owed.but and owed.but != colleague.user_id:  # the first one has been asked today, in vain
        once = uuid5(once, str(owed.but))
    while asked := Step.objects.filter(submission_id=once).first():
        if asked.finished_at is None:
            return
        once = uuid5(once, "again")  # they have rung already, and this came after
    with override(settings.LANGUAGE_CODE):
        said = {"name": colleague.user.first_name, "what": owed.kind.about or owed.kind.name}
        text = _("%(name)s rings you about %(what)s.") % said
        if owed.by_letter:
            text = _("%(name)s writes you a letter about %(what)s.") % said
        by = system(_("a message did not arrive"))
        if owed.is_wished:
            by = system(_("a message that you want in another way"))
    step = plan.add_step(
        participant=person,
        by=by,
        submission_id=once,
        text=text[:200],
        due_on=_due_on(today, owed),
        assignee=colleague,
        owner_id=colleague.unit.owner_id,
    )
    planning.plan(STEP_TAKEN_OVER, [step.pk])


def _due_on(today: date, owed: Owed) -> date:
    """Return today or the next working day, and never a day when it is too late to be told."""
    last = local(owed.not_after - datetime.resolution).date()
    return max(today, min(working_day_from(today), last))


def _who(person: Participant, but: int | None) -> Membership:
    """Return who rings; where nobody else is there, the contact: a step waits, a call does not."""
    known = Membership.objects.current().select_related("user", "unit")
    if found := who_rings([person.pk], but=but):
        return known.get(pk=found[person.pk])
    held = MainContact.objects.open().filter(participant=person).values("membership")
    contact = known.filter(pk__in=held).first()
    if contact is None:
        raise NobodyToAsk
    return contact
