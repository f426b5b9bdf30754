"""Write reminders in the transaction that causes them, and again from time to time.

Writing twice makes the same rows: the whole set of a subject is worked out, what is no longer in
it is cancelled, what is new or wanted again is planned.
"""

from __future__ import annotations

import json
import logging
from itertools import batched
from typing import TYPE_CHECKING

from django.db import connection

from portal.celery import nudge
from portal.context import Purpose, as_system
from portal.reminders.handing_over import hand_over
from portal.reminders.kinds import registry
from portal.reminders.models import Channel, Priority, Reminder
from portal.reminders.tasks import dispatch_now
from portal.reminders.times import local, not_in_the_quiet
from portal.reminders.ways import NO_CHOICE, WHO_CHOOSES, chosen_by

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date, datetime

    from portal.reminders.kinds import ReminderKind

log = logging.getLogger(__name__)
AT_A_TIME = 500  # subjects in one transaction of the sweep


def plan(
    kind: ReminderKind, subject_ids: Iterable[int], *, channel: Channel = Channel.EMAIL
) -> None:
    """Make the reminders of these subjects what they should be; call it where they change.

    Also when a subject was cancelled, finished or removed: then nothing is wanted, and what was
    planned is cancelled. To be called inside the transaction of the change, after the change.
    """
    subjects = sorted(set(subject_ids))
    if not subjects:
        return
    with as_system(Purpose.REMINDERS), connection.cursor() as cursor:
        wanted = list(_wanted(kind, subjects))
        cursor.execute(
            "SELECT plan_reminders(%s, %s, %s::smallint, %s, %s::jsonb)",
            [kind.code, subjects, kind.priority, channel, json.dumps(wanted)],
        )
    if wanted and kind.priority == Priority.NOW:
        nudge(dispatch_now)


def replan(participant_id: int) -> None:
    """Ask again about all that is planned and says something of a person.

    To be called when somebody has lost the ground to hear of it: their messages are cancelled in
    the transaction of that change, and do not wait for the dispatcher to hold them back.
    """
    planned = Reminder.objects.open().filter(participant_id=participant_id)
    subjects: dict[str, set[int]] = {}
    with as_system(Purpose.REMINDERS, savepoint=False):
        for code, subject in planned.values_list("kind", "subject_id"):
            subjects.setdefault(code, set()).add(subject)
    for code, some in subjects.items():
        if kind := registry.kinds.get(code):  # one that is not known here is held back when due
            plan(kind, some)


def _wanted(kind: ReminderKind, subjects: Collection[int]) -> Iterator[dict[str, object]]:
    recipients, valid = kind.recipients(subjects), kind.still_valid(subjects)
    choices = chosen_by({one for some in recipients.values() for one in some})
    for subject, due in kind.due(subjects).items():
        if subject not in valid:
            continue
        for one in set(recipients.get(subject, ())):
            choice = choices.get(one, NO_CHOICE)
            way = choice.chosen(kind) if one.kind in WHO_CHOOSES else None
            if way == Channel.NONE and kind.on_request:
                continue  # nobody has asked for it: not even a row
            first = not_in_the_quiet(due.at, due.not_after, choice.rest) if kind.rests else due.at
            yield {
                "channel": way,
                "subject_id": subject,
                "recipient_kind": one.kind,
                "recipient_id": one.pk,
                "participant_id": one.pk if one.is_participant else due.participant_id,
                "due_at": due.at.isoformat(),
                "next_at": first.isoformat(),
                "not_after": due.not_after.isoformat(),
            }


def sweep(between: Callable[[], object] = bool) -> dict[str, int]:
    """Plan again whatever may fall due today or tomorrow; return the subjects looked at, by kind.

    Finds what no transaction planned (a bulk load, a session laid out long ago) and changes
    nothing where all is well. Whoever has more to do meanwhile does it `between` two transactions.
    """
    today = local(database_time()).date()
    looked_at = {}
    for kind in list(registry.kinds.values()):
        try:  # a kind that fails must not take the others with it
            looked_at[kind.code] = _sweep(kind, today, between)
        except Exception as error:
            # without the traceback: what a query says of its error quotes values
            log.error("reminders of kind %s not swept: %s", kind.code, type(error).__name__)  # noqa: TRY400
    hand_over()
    return looked_at


def _sweep(kind: ReminderKind, today: date, between: Callable[[], object]) -> int:
    between()
    with as_system(Purpose.REMINDERS):
        subjects = set(kind.soon(today))
    for some in batched(sorted(subjects), AT_A_TIME):
        between()
        plan(kind, some)
    return len(subjects)


def database_time() -> datetime:
    """Return the only clock that decides what is due: that of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now
