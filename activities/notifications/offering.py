"""What is said to whoever waits in line: a place is held for you, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import GuestSignUp, Session, SignUp
from activities.notifications import guest_letters
from activities.notifications.telling import nothing_soon, words
from portal.context import Purpose, as_system
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model, QuerySet


def plan(sign_up_ids: Iterable[int]) -> None:
    """Plan the word that a place is held: to be called when it has been offered."""
    planning.plan(PLACE_OFFERED, sign_up_ids)


def follow(session_ids: Collection[int]) -> None:
    """Let held places be answered for before their session begins, also when it begins earlier.

    To be called in the transaction that moves sessions, after the change.
    """
    if not session_ids:
        return
    with as_system(Purpose.SESSIONS):
        people, guests = (
            _no_later_than_it_starts(rows.filter(session__in=session_ids))
            for rows in (SignUp.objects.offered(), GuestSignUp.objects.offered())
        )
    if people or guests:
        plan(people)
        guest_letters.plan_offers(guests)


def _no_later_than_it_starts[PlaceT: Model](held: QuerySet[PlaceT]) -> list[int]:
    """Let places be answered for in time; return those of which that was not so."""
    starts = Session.objects.filter(pk=OuterRef("session")).values("starts_at")
    late = held.annotate(starts=Subquery(starts)).filter(answer_by__gt=F("starts"))
    changed = list(late.values_list("pk", flat=True))
    held.filter(pk__in=changed).update(
        answer_by=Greatest("offered_at", Least("answer_by", Subquery(starts)))
    )
    return changed


def _offered_due(sign_up_ids: Collection[int]) -> dict[int, Due]:
    held = SignUp.objects.offered().filter(pk__in=sign_up_ids, session__cancelled_at=None)
    return {
        pk: Due(asked, until, happens_at=starts)
        for pk, asked, until, starts in held.values_list(
            "pk", "offered_at", "answer_by", "session__starts_at"
        )
        if asked and until
    }


def _offered_recipients(sign_up_ids: Collection[int]) -> dict[int, list[Recipient]]:
    held = SignUp.objects.offered().filter(pk__in=sign_up_ids)
    return {pk: [kinds.participant(one)] for pk, one in held.values_list("pk", "participant_id")}


def _offered_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! There is a place for you %(day)s at %(clock)s. Sign in and answer no later than"
        " %(until_day)s at %(until)s, or call %(phone)s."
    )
    until = times.local(due.not_after)
    said = {"until_day": f"{until.day}/{until.month}", "until": times.clock(due.not_after)}
    return Message(_("There is a place for you"), text % {**words(due), **said})


PLACE_OFFERED = ReminderKind(
    code="place_offered",
    name=gettext_lazy("A place when you wait in line"),
    about=gettext_lazy("a place"),
    due=_offered_due,
    recipients=_offered_recipients,
    text=_offered_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(PLACE_OFFERED)
