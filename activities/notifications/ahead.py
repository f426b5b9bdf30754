"""What is said before a session, to those who have a time: two messages at most.

By themselves come one three days before and one the day before. Who asks for a nudge in the
morning, or two hours before, gets that instead of one of these. A place where one comes day by
day, or as a member, says nothing unless somebody has asked for it (domain.md 8).
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import coming, guests
from activities.guest_links import own_link
from activities.models import Contract, Enrolment, Session, SignUp
from activities.notifications.telling import participants, words
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date, datetime

    from activities.expecting import Coming

    type Rule = Callable[[datetime], Due]  # from when a session begins

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
AFTERNOON, MORNING = time(16), time(8)
BOOKED = (Contract.SCHEDULE, Contract.EVENT)  # elsewhere one comes when one wants to


def plan(session_ids: Iterable[int]) -> None:
    """Plan what is said before sessions that have changed; in the transaction of the change."""
    subjects = list(session_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def plan_coming(session_ids: Iterable[int]) -> None:
    """Plan what those who mean to come are told by themselves: somebody came or went.

    The nudges are of today and tomorrow, and the sweep finds them: a sign-up need not wait for it.
    """
    subjects = list(session_ids)
    for kind in BY_ITSELF:
        planning.plan(kind, subjects)


def three_days_before(starts_at: datetime) -> Due:
    on = times.local(starts_at).date()
    at = times.instant(on - 3 * DAY, AFTERNOON)
    return Due(at, times.midnight(on - DAY), happens_at=starts_at)


def day_before(starts_at: datetime) -> Due:
    on = times.local(starts_at).date()
    return Due(times.day_before(on), times.midnight(on), happens_at=starts_at)


def same_morning(starts_at: datetime) -> Due:
    """At eight, or an hour before what begins earlier than nine."""
    at = times.instant(times.local(starts_at).date(), MORNING)
    return Due(min(at, starts_at - HOUR), starts_at, happens_at=starts_at)


def two_hours_before(starts_at: datetime) -> Due:
    return Due(starts_at - 2 * HOUR, starts_at, happens_at=starts_at)


def _due(rule: Rule) -> Callable[[Collection[int]], dict[int, Due]]:
    def due(session_ids: Collection[int]) -> dict[int, Due]:
        held = Session.objects.held().filter(pk__in=session_ids)
        return {pk: rule(starts) for pk, starts in held.values_list("pk", "starts_at")}

    return due


def _knew_before(
    found: Mapping[int, Coming], starts: Mapping[int, datetime], rule: Rule
) -> dict[int, list[int]]:
    """Leave out whoever signed up later than the message is due: they know it already."""
    return {
        pk: [one for one, since in some.items() if since < rule(starts[pk]).at]
        for pk, some in found.items()
        if pk in starts
    }


def _booked(
    rule: Rule, *, with_guests: bool = False
) -> Callable[[Collection[int]], dict[int, list[Recipient]]]:
    """Return who is told where one has a time of one's own; at an event without an account too."""

    def recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
        of = Session.objects.filter(pk__in=session_ids, activity__contract__in=BOOKED)
        rows = list(of.values_list("pk", "starts_at", "activity__contract"))
        starts = {pk: at for pk, at, _contract in rows}
        told = participants(_knew_before(coming(starts), starts, rule))
        events = [pk for pk, _at, contract in rows if contract == Contract.EVENT]
        for pk, some in _knew_before(guests(events if with_guests else ()), starts, rule).items():
            told.setdefault(pk, []).extend(map(kinds.guest, some))
        return told

    return recipients


def _asked(rule: Rule) -> Callable[[Collection[int]], dict[int, list[Recipient]]]:
    """Return who is told wherever they come, if they have asked for it: people with an account."""

    def recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
        starts = dict(Session.objects.filter(pk__in=session_ids).values_list("pk", "starts_at"))
        return participants(_knew_before(coming(starts), starts, rule))

    return recipients


def _first_of_their_day(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Return for whom a session is the first of the day: one nudge in the morning, not three."""
    told = _asked(same_morning)(session_ids)
    people = {one.pk for some in told.values() for one in some}
    if not people:
        return {}
    begins = dict(Session.objects.filter(pk__in=told).values_list("pk", "starts_at"))
    days = {times.local(at).date() for at in begins.values()}
    places = Enrolment.objects.current(min(days)).filter(participant__in=people)
    said = SignUp.objects.standing().filter(participant__in=people)
    beside = Session.objects.held().filter(
        Q(activity__in=places.values("activity")) | Q(pk__in=said.values("session"))
    )
    window = beside.between(times.midnight(min(days)), times.midnight(max(days) + DAY))
    begins |= dict(window.values_list("pk", "starts_at"))
    first: dict[tuple[int, date], tuple[datetime, int]] = {}
    for pk, some in coming(begins).items():
        for person in some:
            of = (person, times.local(begins[pk]).date())
            first[of] = min(first.get(of, (begins[pk], pk)), (begins[pk], pk))
    firsts = {(person, pk) for (person, _on), (_at, pk) in first.items()}
    return {pk: [one for one in some if (one.pk, pk) in firsts] for pk, some in told.items()}


def _between(first: int, last: int) -> Callable[[date], Iterable[int]]:
    """Return the sessions from so many days ahead up to so many."""

    def soon(today: date) -> Iterable[int]:
        held = Session.objects.held()
        window = held.between(
            times.midnight(today + first * DAY), times.midnight(today + last * DAY)
        )
        return window.values_list("pk", flat=True)

    return soon


def _three_days_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! On %(weekday)s %(day)s at %(clock)s you have a time. If you cannot come: sign in and"
        " say so, or call %(phone)s."
    )
    sms = _(
        "Hi! On %(weekday)s %(day)s at %(clock)s you have a time. Answer 1 = coming, 2 = cannot."
        " Or call %(phone)s"
    )
    return _said(SESSION_IN_THREE_DAYS, _("You have a time"), text, sms, due)


def _tomorrow_text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_guest:
        text = _("Hi! Tomorrow at %(clock)s you have a time. If you cannot come: %(link)s")
        return Message(_("Tomorrow"), text % {**words(due), "link": own_link(recipient.pk)})
    text = _(
        "Hi! Tomorrow at %(clock)s you have a time. If you cannot come: sign in and say so, or"
        " call %(phone)s."
    )
    sms = _(
        "Hi! Tomorrow at %(clock)s you have a time. Answer 1 = coming, 2 = cannot. Or call"
        " %(phone)s"
    )
    return _said(SESSION_TOMORROW, _("Tomorrow"), text, sms, due)


def _morning_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Good morning! Today you begin at %(clock)s. If you cannot come: sign in and say so, or"
        " call %(phone)s."
    )
    sms = _(
        "Good morning! Today you begin at %(clock)s. Answer 1 = coming, 2 = cannot. Or call"
        " %(phone)s"
    )
    return _said(SESSION_MORNING, _("Today"), text, sms, due)


def _two_hours_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! Today at %(clock)s you have a time. If you cannot come: sign in and say so, or call"
        " %(phone)s."
    )
    sms = _(
        "Hi! Today at %(clock)s you have a time. Answer 1 = coming, 2 = cannot. Or call %(phone)s"
    )
    return _said(SESSION_IN_TWO_HOURS, _("Today"), text, sms, due)


def _said(kind: ReminderKind, subject: str, text: str, sms: str, due: Due) -> Message:
    """Ask for a reply by SMS, and only where a reply does something."""
    said, answer = words(due), kinds.registry.kinds[kind.code].answer
    return Message(subject, text % said, sms=sms % said if answer else "")


SESSION_IN_THREE_DAYS = ReminderKind(
    code="session_in_three_days",
    name=gettext_lazy("Time in three days"),
    about=gettext_lazy("a time"),
    when=gettext_lazy("at 16.00, three days before"),
    due=_due(three_days_before),
    recipients=_booked(three_days_before),
    text=_three_days_text,
    soon=_between(3, 5),
)
SESSION_TOMORROW = ReminderKind(
    code="session_tomorrow",
    name=gettext_lazy("Time tomorrow"),
    about=gettext_lazy("a time"),
    when=gettext_lazy("at 16.00, the day before"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.GUEST),
    due=_due(day_before),
    recipients=_booked(day_before, with_guests=True),
    text=_tomorrow_text,
    soon=_between(1, 3),
)
SESSION_MORNING = ReminderKind(
    code="session_morning",
    name=gettext_lazy("Nudge in the morning"),
    about=gettext_lazy("a time"),
    when=gettext_lazy("at 8.00 the same day, once a day"),
    on_request=True,
    replaces=SESSION_TOMORROW.code,
    rests=False,  # somebody has set it
    due=_due(same_morning),
    recipients=_first_of_their_day,
    text=_morning_text,
    soon=_between(0, 2),
)
SESSION_IN_TWO_HOURS = ReminderKind(
    code="session_in_two_hours",
    name=gettext_lazy("Time in two hours"),
    about=gettext_lazy("a time"),
    when=gettext_lazy("two hours before"),
    on_request=True,
    replaces=SESSION_IN_THREE_DAYS.code,
    rests=False,  # somebody has set it
    due=_due(two_hours_before),
    recipients=_asked(two_hours_before),
    text=_two_hours_text,
    soon=_between(0, 2),
)
BY_ITSELF = (SESSION_IN_THREE_DAYS, SESSION_TOMORROW)
KINDS = (*BY_ITSELF, SESSION_MORNING, SESSION_IN_TWO_HOURS)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
