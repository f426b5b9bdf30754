"""A new contact is told at once; who has not met the person in time is reminded, then a manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Handover, MainContact
from participants.models.handovers import LATE, waits_for_giver
from portal.models import Membership
from portal.permissions import Permission, Role
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from participants.models.handovers import HandoverQuerySet

DAY = timedelta(days=1)
MORNING = time(8)
SOON = 3  # working days
NEWS = timedelta(days=2)  # as long it is news that one has a new person
STALE = timedelta(days=7)


def plan_handover(handover_id: int) -> None:
    """Plan what is said of a hand-over; after every change, in the same transaction."""
    for kind in KINDS:
        planning.plan(kind, [handover_id])


def _under_way(handover_ids: Collection[int]) -> HandoverQuerySet:
    """Return those that wait still, as long as the new contact is the contact."""
    held = MainContact.objects.open().filter(
        participant=OuterRef("participant"), membership=OuterRef("taker")
    )
    return Handover.objects.open().filter(Exists(held), pk__in=handover_ids)


@dataclass(frozen=True, slots=True)
class DueChange(Due):
    """When it is said that somebody has a new contact, and whose account that is."""

    taker: int = 0


def _given_due(handover_ids: Collection[int]) -> dict[int, Due]:
    rows = _under_way(handover_ids).filter(met_at=None)
    return {
        pk: DueChange(at, at + NEWS, participant_id=person, taker=taker)
        for pk, at, person, taker in rows.values_list(
            "pk", "created_at", "participant_id", "taker__user_id"
        )
    }


def _given_recipients(handover_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The person, and of the two contacts whoever has not written it themself."""
    found: dict[int, list[Recipient]] = {}
    rows = Handover.objects.filter(pk__in=handover_ids).select_related("giver", "taker")
    for one in rows:
        told = [one.taker.user_id]
        if one.giver and (one.giver.ended_at is None or one.giver.ended_at > timezone.now()):
            told.append(one.giver.user_id)
        colleagues = [kinds.staff(user) for user in told if user != one.author_id]
        found[one.pk] = [kinds.participant(one.participant_id), *colleagues]
    return found


def _given_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_participant:
        text = _("Hi! You have a new contact. Sign in to see who, or call %(phone)s.")
        return Message(_("Your contact"), text % {"phone": settings.PORTAL_PHONE})
    if isinstance(due, DueChange) and recipient.pk != due.taker:
        text = _("Hi! A person on your list has a new contact. Do you wonder? Ask your manager.")
        return Message(_("A person on your list"), text)
    text = _("Hi! You are the contact of a new person. Sign in to see who, and when you meet.")
    return Message(_("You have a new person"), text)


def _given_samples(due: Due, recipient: Recipient) -> Iterable[Due]:
    """As the new contact reads it, and as the one before does."""
    return [
        DueChange(due.at, due.not_after, taker=taker) for taker in (recipient.pk, recipient.pk + 1)
    ]


def _timer(handover_ids: Collection[int], days: int) -> dict[int, Due]:
    """So many working days after the hand-over, or after the meeting that is to come."""
    found = {}
    for one in _under_way(handover_ids):
        at = times.instant(times.working_day_after(one.began_on, days), MORNING)
        found[one.pk] = Due(at, at + STALE, participant_id=one.participant_id)
    return found


def _waits_due(handover_ids: Collection[int]) -> dict[int, Due]:
    return _timer(handover_ids, SOON)


def _waits_recipients(handover_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Whoever of the two has not confirmed; the one before as long as they are along."""
    found: dict[int, list[Recipient]] = {}
    rows = Handover.objects.filter(pk__in=handover_ids).annotate(waits=waits_for_giver())
    for pk, met_at, taker, giver, waits in rows.values_list(
        "pk", "met_at", "taker__user_id", "giver__user_id", "waits"
    ):
        told = [] if met_at else [taker]
        told += [giver] if waits and giver else []
        found[pk] = [kinds.staff(user) for user in told]
    return found


def _waits_text(_due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! A hand-over is not finished. Have you met the person? Sign in and say so.")
    return Message(_("A hand-over waits"), text)


def _late_due(handover_ids: Collection[int]) -> dict[int, Due]:
    return _timer(handover_ids, LATE)


def _late_recipients(handover_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The managers of the unit; of what stands above it, where it has none of its own."""
    rows = list(
        Handover.objects.filter(pk__in=handover_ids).values_list(
            "pk", "taker__unit_id", "taker__unit__parent_id"
        )
    )
    managers: dict[int, list[Recipient]] = {}
    units = {unit for _pk, *both in rows for unit in both if unit}
    current = Membership.objects.current().filter(role=Role.MANAGER, unit__in=units)
    for unit, user in current.values_list("unit_id", "user_id"):
        managers.setdefault(unit, []).append(kinds.staff(user))
    return {pk: managers.get(unit) or managers.get(above or 0, []) for pk, unit, above in rows}


def _late_text(_due: Due, _recipient: Recipient) -> Message:
    text = _("Hi! A hand-over has waited for two weeks. Sign in to see which, and talk to them.")
    return Message(_("A hand-over is late"), text)


def _soon(today: date) -> Iterable[int]:
    """Those whose timers may run out today or tomorrow: all that are open, since they are few."""
    made = Handover.objects.open().filter(created_at__lte=times.midnight(today + 2 * DAY))
    return made.values_list("pk", flat=True)


HANDOVER_GIVEN = ReminderKind(
    code="handover_given",
    needs=Permission.CASELOAD_VIEW,
    name=gettext_lazy("Change of contact"),
    about=gettext_lazy("a new contact"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    due=_given_due,
    recipients=_given_recipients,
    text=_given_text,
    soon=_soon,
    sample=_given_samples,
    priority=Priority.NOW,
)
HANDOVER_WAITS = ReminderKind(
    code="handover_waits",
    needs=Permission.CASELOAD_VIEW,
    name=gettext_lazy("Hand-over that is not finished"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 8.00, 3 working days after the hand-over or the first meeting"),
    due=_waits_due,
    recipients=_waits_recipients,
    text=_waits_text,
    soon=_soon,
)
HANDOVER_LATE = ReminderKind(
    code="handover_late",
    needs=Permission.OVERVIEW_VIEW,
    name=gettext_lazy("Hand-over that is late"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 8.00, 10 working days after the hand-over or the first meeting"),
    due=_late_due,
    recipients=_late_recipients,
    text=_late_text,
    soon=_soon,
)
KINDS = (HANDOVER_GIVEN, HANDOVER_WAITS, HANDOVER_LATE)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
