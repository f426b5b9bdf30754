"""What is said when hours have changed: at once, to those who meant to come."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import concerned, expected
from activities.guest_links import own_link
from activities.models import Session
from activities.notifications.telling import (
    EVERYBODY,
    at_once,
    call,
    call_at_once,
    call_due,
    contacts,
    due_changes,
    nothing_soon,
    participants,
    told_of,
    waits,
    with_names,
    with_others,
    with_the_line,
    words,
)
from portal.permissions import Permission
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from activities.models.sessions import SessionQuerySet


def plan_sessions(session_ids: Iterable[int]) -> None:
    """Plan what is said of moved sessions; call it after every change, in its transaction."""
    subjects = list(session_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def plan_hours(activity_ids: Iterable[int]) -> None:
    """Plan what is said once of all times that the opening hours have changed."""
    subjects = list(activity_ids)
    for kind in (HOURS_CHANGED, HOURS_CHANGED_CALL):
        planning.plan(kind, subjects)


def _by_hand(session_ids: Collection[int]) -> SessionQuerySet:
    """Return those that somebody has moved; what the rules moved is told with the whole week."""
    return Session.objects.held().filter(pk__in=session_ids, changed_at=F("moved_at"))


def _due(sessions: SessionQuerySet) -> dict[int, Due]:
    return due_changes(sessions.values_list("pk", "moved_at", "starts_at", "ends_at"))


def _moved_due(session_ids: Collection[int]) -> dict[int, Due]:
    return _due(_by_hand(session_ids).filter(was_starts_at__isnull=False))


def _back_due(session_ids: Collection[int]) -> dict[int, Due]:
    return _due(_by_hand(session_ids).filter(was_starts_at=None))


def _call_due(session_ids: Collection[int]) -> dict[int, Due]:
    return call_due(_moved_due(session_ids), concerned(session_ids), SESSION_MOVED)


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(concerned(session_ids), SESSION_MOVED)


def _moved_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return with_others(session_ids, concerned(session_ids))


def _back_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Those who have been told of the other hours; nobody else need hear of it."""
    return told_of(session_ids, SESSION_MOVED, SESSION_MOVED_CALL)


def _moved_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_guest:
        text = _(
            "Hi! Your time %(day)s is now from %(clock)s to %(ends)s. If it does not suit you:"
            " %(link)s"
        )
        if waits(due, recipient):
            text = _(
                "Hi! The time you wait for is moved: %(day)s from %(clock)s to %(ends)s. If it does"
                " not suit you: %(link)s"
            )
        return Message(_("A new time"), text % {**_hours(due), "link": own_link(recipient.pk)})
    if recipient.is_staff:
        text = _(
            "Hi! The time %(day)s that you said yes to is now from %(clock)s to %(ends)s. Sign in"
            " if you cannot."
        )
        return Message(_("A new time"), text % _hours(due))
    text = _(
        "Hi! The time you wait for is moved: %(day)s from %(clock)s to %(ends)s. If it does not"
        " suit you: sign in and leave the line, or call %(phone)s."
    )
    if waits(due, recipient):
        return Message(_("A new time"), text % _hours(due))
    text = _(
        "Hi! Your time %(day)s is now from %(clock)s to %(ends)s. If it does not suit you: sign in"
        " to see what else is open, or call %(phone)s."
    )
    return Message(_("A new time"), text % _hours(due))


def _call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. A time %(day)s is moved and begins at %(clock)s, and we cannot"
        " write there. Sign in to see the number."
    )
    return call(text, due, recipient)


def _back_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_staff:
        text = _(
            "Hi! The time %(day)s is as before: from %(clock)s to %(ends)s. If you have rung about"
            " it, please ring once more."
        )
        return Message(_("The time is as before"), text % _hours(due))
    if waits(due, recipient):
        text = _(
            "Hi! The time you wait for is as before: %(day)s from %(clock)s to %(ends)s."
            " Questions? Call %(phone)s."
        )
        return Message(_("The time is as before"), text % _hours(due))
    text = _(
        "Hi! Your time %(day)s is as before: from %(clock)s to %(ends)s. The other time was a"
        " mistake. Questions? Call %(phone)s."
    )
    return Message(_("Your time is as before"), text % _hours(due))


def _changed(activity_ids: Collection[int]) -> SessionQuerySet:
    """Return the sessions that the latest change of the opening hours moved or cancelled."""
    at = F("activity__hours_changed_at")
    of = Session.objects.filter(activity__in=activity_ids)
    return of.filter(cancelled_at=None, moved_at=at) | of.off_by_the_hours().filter(cancelled_at=at)


def _hours_due(activity_ids: Collection[int]) -> dict[int, Due]:
    return {
        pk: Due(at, last, happens_at=first)
        for pk, at, first, last in _changed(activity_ids)
        .values_list("activity_id", "activity__hours_changed_at")
        .annotate(first=Min("starts_at"), last=Max("ends_at"))
        .order_by("activity_id")
        if at < last
    }


def _hours_people(activity_ids: Collection[int]) -> dict[int, set[int]]:
    """Return whose times the latest change touches; each is told once, however many times."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = list(_changed(activity_ids).only("pk", "activity_id", "cancelled_at"))
    still = concerned([one.pk for one in rows if one.cancelled_at is None])
    off = expected([one.pk for one in rows if one.cancelled_at])
    for one in rows:
        found[one.activity_id] |= {*still.get(one.pk, ()), *off.get(one.pk, ())}
    return found


def _hours_call_due(activity_ids: Collection[int]) -> dict[int, Due]:
    return call_due(_hours_due(activity_ids), _hours_people(activity_ids), HOURS_CHANGED)


def _hours_recipients(activity_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return participants(_hours_people(activity_ids))


def _hours_call_recipients(activity_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(_hours_people(activity_ids), HOURS_CHANGED)


def _hours_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! Your times have changed, the first of them %(day)s. Sign in to see your week, or call"
        " %(phone)s."
    )
    return Message(_("Your times have changed"), text % words(due))


def _hours_call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. Times have changed, the first of them %(day)s, and we cannot"
        " write there. Sign in to see the number."
    )
    return call(text, due, recipient)


def _hours(due: Due) -> dict[str, str]:
    """Return the words of a session's hours; it may be told until it ends."""
    return words(due) | {"ends": times.clock(due.not_after)}


def moved_message(session: Session) -> Message:
    """Return word for word what those who meant to come will read of these hours."""
    due = Due(session.starts_at, session.ends_at, happens_at=session.starts_at)
    return _moved_text(due, kinds.participant(0))


SESSION_MOVED = at_once(
    code="session_moved",
    needs=Permission.COMPANY_GIVE,
    name=gettext_lazy("Time moved"),
    about=gettext_lazy("a time that has changed"),
    to=EVERYBODY,
    sample=with_the_line,
    due=_moved_due,
    recipients=_moved_recipients,
    text=_moved_text,
    is_rung=True,
)
SESSION_MOVED_CALL = call_at_once(
    code="session_moved_call",
    is_duty=True,
    name=gettext_lazy("Ring: time moved"),
    about=gettext_lazy("a time that has changed"),
    due=_call_due,
    recipients=_call_recipients,
    text=_call_text,
)
SESSION_MOVED_BACK = at_once(
    code="session_moved_back",
    needs=Permission.COMPANY_GIVE,
    chosen_with="session_moved",
    name=gettext_lazy("Time as before"),
    about=gettext_lazy("a time that has changed"),
    to=EVERYBODY,
    sample=with_the_line,
    due=_back_due,
    recipients=_back_recipients,
    text=_back_text,
)

HOURS_CHANGED = ReminderKind(
    code="hours_changed",
    chosen_with="session_moved",
    name=gettext_lazy("Times changed"),
    about=gettext_lazy("times that have changed"),
    due=_hours_due,
    recipients=_hours_recipients,
    text=_hours_text,
    is_rung=True,
    soon=nothing_soon,
    priority=Priority.NOW,
)
HOURS_CHANGED_CALL = ReminderKind(
    code="hours_changed_call",
    is_duty=True,
    name=gettext_lazy("Ring: times changed"),
    about=gettext_lazy("times that have changed"),
    to=(RecipientKind.STAFF,),
    sample=with_names,
    due=_hours_call_due,
    recipients=_hours_call_recipients,
    text=_hours_call_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)

KINDS = (SESSION_MOVED, SESSION_MOVED_CALL, SESSION_MOVED_BACK)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in (*KINDS, HOURS_CHANGED, HOURS_CHANGED_CALL):
        kinds.register(kind)
