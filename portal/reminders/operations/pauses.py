"""Pause a kind of message, and let it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Least, Now

from portal import audit
from portal.celery import nudge
from portal.context import Purpose, as_system
from portal.models import AuditAct
from portal.reminders.kinds import registry
from portal.reminders.models import KindPause, Reason, Reminder, Status
from portal.reminders.models.running import NEVER_PAUSED
from portal.reminders.tasks import dispatch_now

if TYPE_CHECKING:
    from datetime import datetime

    from portal.actor import Actor


class AlreadyPaused(Exception):
    """Somebody has paused this kind before us."""


def may_pause(code: str) -> bool:
    """Answer whether a kind exists and may be paused: a code to sign in never is."""
    return code in registry.kinds and code != NEVER_PAUSED


@transaction.atomic
def pause(*, kind: str, why: str, until: datetime | None, by: Actor) -> KindPause:
    """Let no more messages of a kind leave; what is being sent at this moment still does."""
    left = KindPause.objects.filter(kind=kind, ended_at=None).select_for_update().first()
    if left and left.until is None:
        raise AlreadyPaused
    if left:  # it has run out by itself, or is made longer or shorter
        KindPause.objects.filter(pk=left.pk).update(ended_at=Now(), ended_by=by.user)
        _let_go(kind)
    audit.record(AuditAct.CHANGE, "reminder_pause", by=by)
    return KindPause.objects.create(kind=kind, why=why, until=until, paused_by_id=by.user_id)


@transaction.atomic
def go_on(*, kind: str, by: Actor) -> int:
    """End the pause of a kind; return how many messages that still hold may leave now."""
    ended = KindPause.objects.filter(kind=kind, ended_at=None)
    if not ended.update(ended_at=Now(), ended_by=by.user):
        return 0
    audit.record(AuditAct.CHANGE, "reminder_pause", by=by)
    return _let_go(kind)


def _let_go(kind: str) -> int:
    """Let the dispatcher judge again what was put off, and whatever else of the kind is due.

    What a gateway may have keeps its time: asked too soon, a history does not show it yet.
    """
    put_off = Q(reason=Reason.HELD) | Q(due_at__lte=Now())
    with as_system(Purpose.REMINDERS):
        waiting = Reminder.objects.filter(put_off, kind=kind, status=Status.PLANNED, gateway="")
        freed = waiting.filter(next_at__gt=Now()).update(
            next_at=Now(), ready_at=Least("ready_at", Now()), reason=Reason.NONE
        )
    nudge(dispatch_now)
    return freed
