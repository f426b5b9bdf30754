"""Somebody nobody has been in touch with: one letter a week at most, to who can do something.

After 14 days the contact hears of it, after 30 the manager, and of one person once a month. It is
counted by weeks from the last contact alone, so that nothing need be remembered: on a Monday it is
said of those who have passed the 14th (or 44th, 74th ...) day since the Monday before.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.db.models import DateField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least, Now, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Caseload
from portal.models import Access, Ground, Membership
from portal.permissions import Permission
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

DAY = timedelta(days=1)
WEEK = 7 * DAY
MONTH = 30 * DAY
QUIET, LONG_QUIET = 14 * DAY, 30 * DAY  # then it is time; then the manager asks why (domain.md 8)
LONGEST = 24  # months; who has been silent for longer stands on the page and is said no more
MORNING = time(8)
STALE = 3 * DAY


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def said_on(monday: date) -> date:
    """Return the first day of a week when most people work."""
    week = (monday + number * DAY for number in range(7))
    return next((day for day in week if times.is_working(day)), monday)


def silent(monday: date, quiet: timedelta) -> QuerySet[Caseload]:
    """Return the rows of main contacts whose person is to be spoken of this week.

    Who has asked for a pause wants the silence: theirs is counted as if it had become time on the
    day when the pause ends, so that they are spoken of that week, and the manager asks no sooner.
    """
    weeks = Q()
    for months in range(LONGEST):
        last = monday - quiet - months * MONTH  # this many days, counted on Monday
        weeks |= Q(silent_on__range=(last - WEEK + DAY, last))
    wishes = Wish.objects.filter(participant_id=OuterRef("participant_id"))
    own = Caseload.objects.filter(
        Q(until=None) | Q(until__gt=Now()),
        ~Exists(wishes.filter(paused_until__gt=said_on(monday))),
        is_main_contact=True,
    )
    ended = Least("paused_until", Value(monday), output_field=DateField()) - Value(QUIET)
    since = Subquery(wishes.exclude(paused_until=None).values(since=ended))
    last_met = TruncDate(Coalesce("last_contact_at", "since"))
    silent_on = Greatest(last_met, since, output_field=DateField())
    return own.annotate(silent_on=silent_on).filter(weeks)


def _is_worth_saying(monday: date, today: date) -> bool:
    """Answer whether this week's letter is due, or was lately and may have been missed."""
    return said_on(monday) <= today < said_on(monday) + STALE


def _this_week() -> tuple[date, Due]:
    """Return this week's Monday by the database's clock, and when its letter goes."""
    monday = monday_of(times.local(planning.database_time()).date())
    at = times.instant(said_on(monday), MORNING)
    return monday, Due(at, at + STALE)


def _guide_due(membership_ids: Collection[int]) -> dict[int, Due]:
    monday, due = _this_week()
    found = silent(monday, QUIET).filter(membership_id__in=membership_ids)
    return dict.fromkeys(found.values_list("membership_id", flat=True), due)


def _guide_soon(today: date) -> Iterable[int]:
    monday = monday_of(today)
    if not _is_worth_saying(monday, today):
        return ()
    return set(silent(monday, QUIET).values_list("membership_id", flat=True))


def _units(monday: date) -> set[int]:
    """Return the units whose guides have somebody who has been silent for long."""
    found = silent(monday, LONG_QUIET).values("membership_id")
    return set(Membership.objects.filter(pk__in=found).values_list("unit_id", flat=True))


def _manages() -> QuerySet[Access]:
    ends = Q(valid_until=None) | Q(valid_until__gt=Now())
    return Access.objects.filter(ends, ground=Ground.MANAGER, valid_from__lte=Now())


def _manager_due(membership_ids: Collection[int]) -> dict[int, Due]:
    monday, due = _this_week()
    told = _manages().filter(membership_id__in=membership_ids, unit_id__in=_units(monday))
    return dict.fromkeys(told.values_list("membership_id", flat=True), due)


def _manager_soon(today: date) -> Iterable[int]:
    monday = monday_of(today)
    if not _is_worth_saying(monday, today):
        return ()
    told = _manages().filter(unit_id__in=_units(monday))
    return set(told.values_list("membership_id", flat=True))


def _themselves(membership_ids: Collection[int]) -> dict[int, list[Recipient]]:
    held = Membership.objects.current().filter(pk__in=membership_ids)
    return {pk: [kinds.staff(user)] for pk, user in held.values_list("pk", "user_id")}


def _guide_text(_due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! You and somebody on your list have not been in touch for two weeks or more. Sign in"
        " and see who. A short call goes a long way."
    )
    return Message(_("It was a while ago"), text)


def _manager_text(_due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! There are people nobody has been in touch with for a month or more. Sign in, see"
        " whose they are, and ask what is needed."
    )
    return Message(_("A month without contact"), text)


NO_CONTACT = ReminderKind(
    code="no_contact",
    needs=Permission.CASELOAD_VIEW,
    name=gettext_lazy("No contact for 14 days"),
    when=gettext_lazy("on Mondays at 8.00, of each person once a month at most"),
    to=(RecipientKind.STAFF,),
    due=_guide_due,
    recipients=_themselves,
    text=_guide_text,
    soon=_guide_soon,
)
NO_CONTACT_LONG = ReminderKind(
    code="no_contact_long",
    needs=Permission.OVERVIEW_VIEW,
    chosen_with="no_contact",
    name=gettext_lazy("No contact for 30 days"),
    when=gettext_lazy("on Mondays at 8.00, of each person once a month at most"),
    to=(RecipientKind.STAFF,),
    due=_manager_due,
    recipients=_themselves,
    text=_manager_text,
    soon=_manager_soon,
)
KINDS = (NO_CONTACT, NO_CONTACT_LONG)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
