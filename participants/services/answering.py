"""What somebody writes back by SMS, in words of their own: their contact reads it.

It becomes a step of the plan for the contact, in the person's own words. There the person reads it
too, and it goes when the plan goes; nowhere else is it kept.
"""

from __future__ import annotations

import textwrap

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from participants.models import MainContact, Participant, Step
from participants.services import plan
from portal import actor
from portal.reminders import kinds, times
from portal.reminders.models import RecipientKind

MOST_PARTS = 10  # of a step's length: an SMS has at most eight times that of one


def keep_words(participant_id: int, text: str) -> bool:
    """Ask the person's contact to read what the person wrote; False when there is no contact."""
    held = MainContact.objects.open().select_related("membership__user", "membership__unit")
    contact = held.filter(participant=participant_id, participant__closed_at=None).first()
    if contact is None:
        return False
    person = Participant.objects.get(pk=participant_id)
    with override(settings.LANGUAGE_CODE):
        said = _("Answer the SMS: “%(text)s”")
        room = Step._meta.get_field("text").max_length or 0
        parts = textwrap.wrap(text, room - len(said % {"text": ""}))[:MOST_PARTS]
        for part in parts:
            plan.add_step(
                participant=person,
                by=actor.system(_("answer by SMS")),
                submission_id=None,
                text=said % {"text": part},
                due_on=times.working_day_after(timezone.localdate(), 1),
                assignee=contact.membership,
                owner_id=contact.membership.unit.owner_id,
            )
    return bool(parts)


def declare() -> None:
    """Make known who reads it; from `AppConfig.ready()`."""
    kinds.register_words(RecipientKind.PARTICIPANT, keep_words)
