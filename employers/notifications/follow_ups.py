"""What the supporter of a placement is told: rows are written here, nothing is sent."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from employers.models import PlacementFollowUp
from participants.notifications import mornings
from portal import access
from portal.permissions import Permission
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MORNING = time(8)
QUARTER, LONGEST = 3, 120  # months; who has a place for ten years is asked about by somebody else


def plan_follow_ups(follow_up_ids: Iterable[int]) -> None:
    """Plan what is said of follow-ups, also of those that are gone; after the change."""
    planning.plan(FOLLOW_UP_DUE, follow_up_ids)


def _wanted(follow_up_ids: Collection[int]) -> QuerySet[PlacementFollowUp]:
    return PlacementFollowUp.objects.open().filter(
        pk__in=follow_up_ids, placement__participant__closed_at=None
    )


def _due(follow_up_ids: Collection[int]) -> dict[int, Due]:
    """In the morning of the day, or of the working day before; for a week it is worth saying."""
    later = PlacementFollowUp.objects.filter(
        placement=OuterRef("placement"), due_on__gt=OuterRef("due_on")
    )
    known = (
        _wanted(follow_up_ids)
        .annotate(is_last=~Exists(later))
        .values_list(
            *("pk", "due_on", "placement__participant_id", "is_last"),
            *("placement__ends_on", "placement__ended_on"),
        )
    )
    today = times.local(planning.database_time()).date()
    found = {}
    for pk, due_on, person, is_last, ends_on, ended_on in known:
        goes_on = is_last and ends_on is None and ended_on is None
        on = asked_on(due_on, today) if goes_on else due_on
        at = times.instant(times.working_day_until(on), MORNING)
        found[pk] = Due(at, times.midnight(on + WEEK), participant_id=person)
    return found


def asked_on(due_on: date, today: date) -> date:
    """Return the day itself; of a talk that nobody has had, the latest quarter day after it."""
    on = due_on
    for months in count(QUARTER, QUARTER):
        following = due_on + relativedelta(months=months)
        if times.working_day_until(following) > today + DAY:
            break
        on = following
    return on


def _recipients(follow_up_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The supporter, or who stands in for them; whoever is told reads of the place by then."""
    known = PlacementFollowUp.objects.filter(pk__in=follow_up_ids)
    return kinds.readers(known, "placement__supporter_id", "placement__")


def _text(_due: Due, _recipient: Recipient) -> Message:
    return Message(
        _("Something to follow up"), _("Hi! It is time for a follow-up. Sign in to see which.")
    )


def _of_a_morning(membership_ids: Collection[int], today: date) -> dict[int, int]:
    """Those that are due today, or on a free day before the next working one."""
    until = times.working_day_after(today, 1)
    near = PlacementFollowUp.objects.open().filter(
        due_on__gte=today, due_on__lt=until, placement__participant__closed_at=None
    )
    known = near.annotate(told=access.ReaderOf("placement__supporter_id", "placement__"))
    return mornings.tally(known.filter(told__in=membership_ids), "told")


def _counted(number: int) -> str:
    return ngettext("%(number)s follow-up", "%(number)s follow-ups", number)


def _soon(today: date) -> Iterable[int]:
    """Those of these days, and of the same days some quarters ago that nobody has seen to."""
    near = Q(due_on__range=(today, today + 4 * DAY))
    for months in range(QUARTER, LONGEST + QUARTER, QUARTER):
        ago = today - relativedelta(months=months)
        near |= Q(due_on__range=(ago - 4 * DAY, ago + 8 * DAY))  # months differ in length
    return PlacementFollowUp.objects.open().filter(near).values_list("pk", flat=True)


FOLLOW_UP_DUE = ReminderKind(
    code="follow_up_due",
    needs=Permission.FOLLOW_UP_WRITE,
    name=gettext_lazy("Follow-up at a workplace"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("at 8.00, after 1, 2, 4, 8 and 12 weeks, then each quarter"),
    due=_due,
    recipients=_recipients,
    text=_text,
    soon=_soon,
)


def declare() -> None:
    """Make the kind of this subject known, and what a morning counts; from `AppConfig.ready()`."""
    kinds.register(FOLLOW_UP_DUE)
    mornings.counted.append(mornings.Counted(_of_a_morning, _counted))
