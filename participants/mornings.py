"""A colleague's morning in a line: how many wait and how many steps are today, and no name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from participants.models import Caseload
from portal.models import Membership
from portal.permissions import Permission, roles_with
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

EARLY, TOO_LATE = time(7, 30), time(12)


@dataclass(frozen=True, slots=True)
class DueMorning(Due):
    """When the line goes, and what it counts."""

    waits: int = 0  # new people, and steps that are late
    steps: int = 0  # that are today


def _due(membership_ids: Collection[int]) -> dict[int, Due]:
    """On days when most people work, and only where something waits."""
    today = times.local(planning.database_time()).date()
    if not times.is_working(today):
        return {}
    held = Caseload.objects.filter(
        Q(until=None) | Q(until__gt=Now()), membership_id__in=membership_ids, since__lte=Now()
    )
    counted = held.values("membership_id").annotate(
        waits=Count("pk", filter=Q(is_new=True) | Q(next_step_on__lt=today)),
        steps=Count("pk", filter=Q(is_new=False, next_step_on=today)),
    )
    at, not_after = times.instant(today, EARLY), times.instant(today, TOO_LATE)
    return {
        pk: DueMorning(at, not_after, waits=waits, steps=steps)
        for pk, waits, steps in counted.values_list("membership_id", "waits", "steps")
        if waits or steps
    }


def _themselves(membership_ids: Collection[int]) -> dict[int, list[Recipient]]:
    held = Membership.objects.current().filter(pk__in=membership_ids)
    return {pk: [kinds.staff(user)] for pk, user in held.values_list("pk", "user_id")}


def _soon(today: date) -> Iterable[int]:
    if not times.is_working(today):
        return ()
    asked = Wish.objects.filter(
        recipient_kind=RecipientKind.STAFF, kinds__has_key=MORNING_LIST.code
    )
    held = Membership.objects.current().filter(user__in=asked.values("recipient_id"))
    roles = roles_with(Permission.CASELOAD_VIEW)
    return held.filter(role__in=roles).values_list("pk", flat=True)


def _text(due: Due, _recipient: Recipient) -> Message:
    waits, steps = (due.waits, due.steps) if isinstance(due, DueMorning) else (0, 0)
    counted = [
        ngettext("%(number)s waits for you", "%(number)s wait for you", waits) % {"number": waits},
        ngettext("%(number)s step today", "%(number)s steps today", steps) % {"number": steps},
    ]
    said = ", ".join(one for one, number in zip(counted, (waits, steps), strict=True) if number)
    text = _("Good morning! %(said)s. Sign in when it suits you.")
    return Message(_("Your morning"), text % {"said": said})


def _sample(due: Due, _recipient: Recipient) -> Iterable[Due]:
    return [
        DueMorning(due.at, due.not_after, waits=waits, steps=steps)
        for waits, steps in ((1, 1), (120, 0), (120, 45))
    ]


MORNING_LIST = ReminderKind(
    code="morning_list",
    name=gettext_lazy("My morning"),
    when=gettext_lazy("at 7.30 on working days, when something waits"),
    to=(RecipientKind.STAFF,),
    on_request=True,
    rests=False,  # somebody has set it
    due=_due,
    recipients=_themselves,
    text=_text,
    soon=_soon,
    sample=_sample,
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(MORNING_LIST)
