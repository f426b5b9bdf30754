"""A human takes over what no message could say: a step in the plan for the person's contact.

The machine tells once. However much fails on a day, the contact is asked one thing: to ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from participants import notifications
from participants.models import MainContact, Participant, Step
from participants.reach import contacts
from participants.services import plan
from portal.actor import system
from portal.models import Membership
from portal.permissions import Permission, roles_with
from portal.reminders import planning
from portal.reminders.times import working_day_from

if TYPE_CHECKING:
    from portal.reminders.kinds import Owed

ONCE_A_DAY = UUID("5f0a8f0e-3f0b-4a53-9a07-0f7f5f1f5c52")  # with person and day: the same step


class NobodyToAsk(Exception):
    """The person has neither a contact nor a unit with somebody who leads it: asked again later."""


def take_over(owed: Owed) -> None:
    """Ask the person's contact to say what is owed, once a day; else whoever leads the unit.

    Runs as the system. Where a call is wished and the kind asks contacts by itself, it has.
    """
    person = Participant.objects.open().filter(pk=owed.participant_id).first()
    if person is None or (owed.is_wished and owed.kind.is_rung and contacts([person.pk])):
        return
    today = timezone.localdate()
    once = uuid5(ONCE_A_DAY, f"{person.pk} {today}")
    if Step.objects.filter(submission_id=once).exists():
        return
    colleague = _who(person)
    with override(settings.LANGUAGE_CODE):
        said = {"name": colleague.user.first_name, "what": owed.kind.name}
        text = _("%(name)s rings you. It is about: %(what)s") % said
        if owed.by_letter:
            text = _("%(name)s writes you a letter. It is about: %(what)s") % said
        by = system(_("a message did not arrive"))
        if owed.is_wished:
            by = system(_("a message that you want in another way"))
    step = plan.add_step(
        participant=person,
        by=by,
        submission_id=once,
        text=text[:200],
        due_on=working_day_from(today),
        assignee=colleague,
        owner_id=colleague.unit.owner_id,
    )
    planning.plan(notifications.STEP_TAKEN_OVER, [step.pk])


def _who(person: Participant) -> Membership:
    known = Membership.objects.current().select_related("user", "unit")
    held = MainContact.objects.open().filter(participant=person).values("membership")
    leads = known.filter(unit=person.unit_id, role__in=roles_with(Permission.INTAKE_ASSIGN))
    found = known.filter(pk__in=held).first() or leads.order_by("pk").first()
    if found is None:
        raise NobodyToAsk
    return found
