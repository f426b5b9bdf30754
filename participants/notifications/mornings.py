"""A colleague's morning in a line: meetings, who waits, steps and what else is due; and no name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from participants.models import AwaitedDecision, Caseload, Handover, MainContact
from portal import access
from portal.models import Membership
from portal.permissions import Permission, roles_with
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

EARLY, TOO_LATE = time(7, 30), time(12)


class Counted(NamedTuple):
    """One thing that a morning counts: how many, by membership, and in which words."""

    number_of: Callable[[Collection[int], date], Mapping[int, int]]
    words: Callable[[int], str]


counted: list[Counted] = []  # in the order of the line; floors above add theirs


@dataclass(frozen=True, slots=True)
class DueMorning(Due):
    """When the line goes, and what it counts: as many numbers as there are things."""

    numbers: tuple[int, ...] = ()


def _due(membership_ids: Collection[int]) -> dict[int, Due]:
    """On days when most people work, and only where something waits."""
    today = times.local(planning.database_time()).date()
    if not times.is_working(today):
        return {}
    found = [one.number_of(membership_ids, today) for one in counted]
    at, not_after = times.instant(today, EARLY), times.instant(today, TOO_LATE)
    return {
        pk: DueMorning(at, not_after, numbers=tuple(one.get(pk, 0) for one in found))
        for pk in {pk for one in found for pk in one}
    }


def _meetings(membership_ids: Collection[int], today: date) -> dict[int, int]:
    """First meetings, with the people one has taken over."""
    held = MainContact.objects.open().filter(
        participant=OuterRef("participant"), membership=OuterRef("taker")
    )
    open_now = Handover.objects.open().filter(Exists(held), meets_on=today, met_at=None)
    return tally(open_now.filter(taker__in=membership_ids), "taker_id")


def _held(membership_ids: Collection[int]) -> QuerySet[Caseload]:
    return Caseload.objects.filter(
        Q(until=None) | Q(until__gt=Now()), membership_id__in=membership_ids, since__lte=Now()
    )


def _waiting(membership_ids: Collection[int], today: date) -> dict[int, int]:
    """New people, and steps that are late."""
    late = Q(is_new=True) | Q(next_step_on__lt=today)
    return tally(_held(membership_ids).filter(late), "membership_id")


def _steps(membership_ids: Collection[int], today: date) -> dict[int, int]:
    return tally(_held(membership_ids).filter(is_new=False, next_step_on=today), "membership_id")


def _late_decisions(membership_ids: Collection[int], today: date) -> dict[int, int]:
    late = AwaitedDecision.objects.waiting().filter(
        expected_on__lt=today, participant__closed_at=None
    )
    known = late.annotate(told=access.ReaderOf("watcher_id"))
    return tally(known.filter(told__in=membership_ids), "told")


def tally(rows: QuerySet[Any], membership: str) -> dict[int, int]:
    """Return how many rows there are of each membership that has any."""
    return dict(rows.values_list(membership).annotate(Count("pk")).order_by())


counted += (
    Counted(
        _meetings, lambda n: ngettext("%(number)s meeting today", "%(number)s meetings today", n)
    ),
    Counted(_waiting, lambda n: ngettext("%(number)s waits for you", "%(number)s wait for you", n)),
    Counted(_steps, lambda n: ngettext("%(number)s step today", "%(number)s steps today", n)),
    Counted(
        _late_decisions,
        lambda n: ngettext("%(number)s answer is late", "%(number)s answers are late", n),
    ),
)


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
    numbers = due.numbers if isinstance(due, DueMorning) else ()
    said = ", ".join(
        one.words(number) % {"number": number}
        for one, number in zip(counted, numbers, strict=False)
        if number
    )
    text = _("Good morning! %(said)s. Sign in when it suits you.")
    return Message(_("Your morning"), text % {"said": said})


def _sample(due: Due, _recipient: Recipient) -> Iterable[Due]:
    """Each thing by itself, and a day when there is much of everything."""
    alone = [tuple(int(one is other) for other in counted) for one in counted]
    much = tuple(12 for _one in counted)
    return [DueMorning(due.at, due.not_after, numbers=numbers) for numbers in (*alone, much)]


MORNING_LIST = ReminderKind(
    code="morning_list",
    needs=Permission.CASELOAD_VIEW,
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
