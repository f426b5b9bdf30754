"""Suggest something to a person, take it back, and hear what the person says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, ProgrammingError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import InsufficientPrivilege

from activities.models import Answer, EntryKind, Suggestion
from activities.models.suggestions import AT_MOST
from participants.services import plan
from participants.services.plan import owner_of
from portal import audit
from portal.models import AuditAct, InfoType

if TYPE_CHECKING:
    from datetime import datetime

    from activities.models import Entry
    from participants.models import Participant
    from portal.actor import Actor

ONCE = "a_thing_is_suggested_once_at_a_time"


class AlreadySuggested(Exception):
    """The person has this in front of them already."""


class EnoughSuggested(Exception):
    """Three things wait for an answer; more would be a list to be tired of."""


class OutOfReach(Exception):
    """The person's plan is not the colleague's to write in: a yes may open notes alone."""


class NotSomethingToDo(Exception):
    """An organisation is who they are; one suggests what they do."""


@transaction.atomic
def suggest(*, participant: Participant, entry: Entry, by: Actor) -> Suggestion:
    """Put something before a person, in the first free slot.

    Colleagues of other organisations suggest too, and their rows need not be within reach: so it
    tries, and the database knows.
    """
    if entry.kind == EntryKind.ORGANISATION:
        raise NotSomethingToDo
    for slot in range(1, AT_MOST + 1):
        try:
            with transaction.atomic():
                made = Suggestion.objects.create(
                    participant=participant,
                    entry=entry,
                    slot=slot,
                    owner_id=owner_of(participant, by),
                    author=by.user,
                )
        except IntegrityError as error:
            if ONCE in str(error):
                raise AlreadySuggested from None
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                raise OutOfReach from None
            raise
        else:
            _note(AuditAct.CREATE, made, by=by)
            return made
    raise EnoughSuggested


@transaction.atomic
def answer_suggestion(*, suggestion: Suggestion, answer: Answer, by: Actor, now: datetime) -> None:
    """Write what the person says, once; a yes becomes a step in the plan that both can see."""
    still_open = Suggestion.objects.open().filter(pk=suggestion.pk)
    if not still_open.update(answer=answer, answered_at=now):
        return
    _note(AuditAct.CHANGE, suggestion, by=by)
    if answer == Answer.YES:
        plan.add_step(
            participant=suggestion.participant,
            by=by,
            submission_id=None,
            text=_("Try: %(what)s") % {"what": suggestion.entry},
            owner_id=suggestion.owner_id,
        )


@transaction.atomic
def withdraw_suggestion(*, suggestion: Suggestion, by: Actor, now: datetime) -> None:
    """Take back what has no answer yet."""
    if Suggestion.objects.open().filter(pk=suggestion.pk).update(withdrawn_at=now):
        _note(AuditAct.CHANGE, suggestion, by=by)


def _note(act: AuditAct, suggestion: Suggestion, *, by: Actor) -> None:
    audit.record(
        act,
        "suggestion",
        by=by,
        participants=[suggestion.participant_id],
        subject_id=suggestion.pk,
        info_types=[InfoType.PLAN],
    )
