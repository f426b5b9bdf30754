"""What is said about sessions, and to whom: rows are written here, nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Absence, Contract, Enrolment, Session, SignUp
from activities.reaching import reached
from participants.models import Participant
from portal.reminders import kinds, planning, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind, Reminder, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

DAY = timedelta(days=1)
TOLD = (Status.SENDING, Status.ACCEPTED, Status.DELIVERED)

# Since when each participant has meant to come to a session.
type Coming = Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class DueCall(Due):
    """When a contact is asked to ring, and whom: first names, by the contact's account."""

    names: Mapping[int, list[str]] = field(default_factory=dict)


def plan_sessions(session_ids: Iterable[int]) -> None:
    """Plan what is said of sessions; call it after every change, in the same transaction."""
    subjects = list(session_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def plan_coming(session_ids: Iterable[int]) -> None:
    """Plan what those who mean to come are told the day before: somebody came or went."""
    planning.plan(SESSION_TOMORROW, session_ids)


def plan_offers(sign_up_ids: Iterable[int]) -> None:
    """Plan the word that a place is held: to be called when it has been offered."""
    planning.plan(PLACE_OFFERED, sign_up_ids)


def coming(
    session_ids: Collection[int], *, away: Mapping[int, Collection[int]] | None = None
) -> Mapping[int, Coming]:
    """Return who means to come to each session: signed up, or expected by timetable.

    `away` is who of the latter does not come, by session, where the caller knows it already.
    """
    found = {pk: dict(people) for pk, people in expected(session_ids, away=away).items()}
    for pk, people in signed_up(session_ids).items():
        found.setdefault(pk, {}).update(people)
    return found


def expected(
    session_ids: Collection[int], *, away: Mapping[int, Collection[int]] | None = None
) -> Mapping[int, Coming]:
    """Return whom a timetable holds at each session, and who has not said that they are away."""
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    by_timetable: dict[int, list[Session]] = defaultdict(list)
    for one in Session.objects.filter(
        pk__in=session_ids, activity__contract=Contract.SCHEDULE
    ).only("pk", "activity_id", "starts_at"):
        by_timetable[one.activity_id].append(one)
    days = [times.local(one.starts_at).date() for some in by_timetable.values() for one in some]
    enrolments = Enrolment.objects.filter(activity__in=by_timetable).only(
        "activity", "participant", "weekdays", "started_on", "ended_on", "created_at"
    )
    for enrolment in enrolments.current(min(days)) if days else ():
        for session in by_timetable[enrolment.activity_id]:
            if enrolment.expects(times.local(session.starts_at).date()):
                found[session.pk][enrolment.participant_id] = enrolment.created_at
    for session_id, people in (_away(list(found)) if away is None else away).items():
        for person_id in people:
            found[session_id].pop(person_id, None)
    return found


def signed_up(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who has said that they come to each session."""
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for session_id, person_id, since in (
        SignUp.objects.standing()
        .filter(session__in=session_ids)
        .values_list("session_id", "participant_id", "created_at")
    ):
        found[session_id][person_id] = since
    return found


def told_singly(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who hears of each cancelled session by itself.

    Whose timetable the opening hours have changed hears of all of it at once: activities/moved.py.
    """
    by_the_hours = Session.objects.off_by_the_hours().filter(pk__in=session_ids)
    off = set(by_the_hours.values_list("pk", flat=True))
    return {**coming(set(session_ids) - off), **signed_up(off)}


def _away(session_ids: Collection[int]) -> Mapping[int, Collection[int]]:
    away: dict[int, list[int]] = defaultdict(list)
    if session_ids:
        said = Absence.objects.standing().filter(session__in=session_ids)
        for session_id, person_id in said.values_list("session_id", "participant_id"):
            away[session_id].append(person_id)
    return away


def _tomorrow(starts_at: datetime) -> Due:
    on = times.local(starts_at).date()
    return Due(times.day_before(on), times.midnight(on), happens_at=starts_at)


def _tomorrow_due(session_ids: Collection[int]) -> dict[int, Due]:
    held = Session.objects.held().filter(pk__in=session_ids)
    return {pk: _tomorrow(starts) for pk, starts in held.values_list("pk", "starts_at")}


def _tomorrow_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Whoever signed up later than the reminder is due knows it already."""
    starts = dict(Session.objects.filter(pk__in=session_ids).values_list("pk", "starts_at"))
    return {
        pk: [
            kinds.participant(person)
            for person, since in people.items()
            if since < _tomorrow(starts[pk]).at
        ]
        for pk, people in coming(session_ids).items()
    }


def _tomorrow_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! Tomorrow at %(clock)s you have a time. If you cannot come: sign in and say so, or"
        " call %(phone)s."
    )
    return Message(_("Tomorrow"), text % words(due))


def _sessions_soon(today: date) -> Iterable[int]:
    first, last = times.midnight(today + DAY), times.midnight(today + 3 * DAY)
    return Session.objects.held().between(first, last).values_list("pk", flat=True)


def _cancelled_due(session_ids: Collection[int]) -> dict[int, Due]:
    off = Session.objects.filter(pk__in=session_ids, cancelled_at__isnull=False)
    return {
        pk: Due(at, ends, happens_at=starts)
        for pk, at, starts, ends in off.values_list("pk", "cancelled_at", "starts_at", "ends_at")
        if at and at < ends
    }


def _cancelled_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return participants(told_singly(session_ids))


def participants(people: Mapping[int, Iterable[int]]) -> dict[int, list[Recipient]]:
    """Return people as recipients."""
    return {pk: [kinds.participant(person) for person in some] for pk, some in people.items()}


def _cancelled_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! Your time %(day)s at %(clock)s is cancelled. Sign in to see what else is open, or"
        " call %(phone)s."
    )
    return Message(_("A time is cancelled"), text % words(due))


def _call_due(session_ids: Collection[int]) -> dict[int, Due]:
    return call_due(_cancelled_due(session_ids), told_singly(session_ids))


def call_due(off: Mapping[int, Due], people: Mapping[int, Collection[int]]) -> dict[int, Due]:
    """Return when contacts are asked to ring those whom no letter finds, with their names."""
    found = reached(people)
    everybody = {person for one in found.values() for person in one.rung}
    names = dict(Participant.objects.filter(pk__in=everybody).values_list("pk", "first_name"))
    return {
        pk: DueCall(
            due.at,
            due.not_after,
            happens_at=due.happens_at,
            names={
                user: sorted(names[person] for person in people if person in names)
                for user, people in found[pk].by_call.items()
            },
        )
        for pk, due in off.items()
        if pk in found
    }


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(told_singly(session_ids))


def contacts(people: Mapping[int, Collection[int]]) -> dict[int, list[Recipient]]:
    """Return the contacts of those whom no letter finds."""
    found = reached(people)
    return {pk: [kinds.staff(user) for user in one.by_call] for pk, one in found.items()}


def _call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. A time %(day)s at %(clock)s is cancelled, and we cannot write"
        " there. Sign in to see the number."
    )
    return call(text, due, recipient)


def call(text: str, due: Due, recipient: Recipient) -> Message:
    """Ask a contact to ring; by first names, as everywhere: who it is stands on the record."""
    names = due.names.get(recipient.pk, []) if isinstance(due, DueCall) else []
    said = {"names": get_text_list(names, _("and")), **words(due)}
    return Message(_("Please ring"), text % said)


def _restored_due(session_ids: Collection[int]) -> dict[int, Due]:
    on_again = Session.objects.held().filter(pk__in=session_ids, restored_at__isnull=False)
    return {
        pk: Due(at, ends, happens_at=starts)
        for pk, at, starts, ends in on_again.values_list(
            "pk", "restored_at", "starts_at", "ends_at"
        )
        if at and at < ends
    }


def _restored_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Those who have been told that it was cancelled; nobody else need hear of it."""
    return told_of(session_ids, SESSION_CANCELLED, SESSION_CALL)


def told_of(session_ids: Collection[int], *of: ReminderKind) -> dict[int, list[Recipient]]:
    """Return to whom one of these has been sent, or may have been."""
    told: dict[int, list[Recipient]] = defaultdict(list)
    codes = [one.code for one in of]
    for session_id, who, pk in Reminder.objects.filter(
        kind__in=codes, subject_id__in=session_ids, status__in=TOLD
    ).values_list("subject_id", "recipient_kind", "recipient_id"):
        told[session_id].append(Recipient(RecipientKind(who), pk))
    return told


def _restored_text(due: Due, recipient: Recipient) -> Message:
    if not recipient.is_participant:
        text = _(
            "Hi! The time %(day)s at %(clock)s is on again. If you have rung about it, please ring"
            " once more."
        )
        return Message(_("The time is on again"), text % words(due))
    text = _(
        "Hi! Your time %(day)s at %(clock)s is on again. It was cancelled by mistake."
        " Questions? Call %(phone)s."
    )
    return Message(_("Your time is on again"), text % words(due))


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


def cancelled_message(session: Session) -> Message:
    """Return word for word what those who meant to come will read if it is cancelled."""
    due = Due(session.starts_at, session.ends_at, happens_at=session.starts_at)
    return _cancelled_text(due, kinds.participant(0))


def nothing_soon(_today: date) -> Iterable[int]:
    """What is said at once needs no sweep: the change itself plans it."""
    return ()


def words(due: Due) -> dict[str, str]:
    """Return when it happens, in words: the day in figures, since the reader's today is unknown."""
    if due.happens_at is None:
        message = "a session has a time"
        raise ValueError(message)
    there = times.local(due.happens_at)
    return {
        "day": f"{there.day}/{there.month}",
        "clock": times.clock(due.happens_at),
        "phone": settings.PORTAL_PHONE,
    }


SESSION_TOMORROW = ReminderKind(
    code="session_tomorrow",
    name=gettext_lazy("Time tomorrow"),
    due=_tomorrow_due,
    recipients=_tomorrow_recipients,
    text=_tomorrow_text,
    soon=_sessions_soon,
)
SESSION_CANCELLED = ReminderKind(
    code="session_cancelled",
    name=gettext_lazy("Time cancelled"),
    due=_cancelled_due,
    recipients=_cancelled_recipients,
    text=_cancelled_text,
    soon=nothing_soon,
    priority=Priority.NOW,
    rests=False,
)
SESSION_CALL = ReminderKind(
    code="session_call",
    name=gettext_lazy("Ring: time cancelled"),
    due=_call_due,
    recipients=_call_recipients,
    text=_call_text,
    soon=nothing_soon,
    priority=Priority.NOW,
    rests=False,
)
SESSION_RESTORED = ReminderKind(
    code="session_restored",
    name=gettext_lazy("Time on again"),
    due=_restored_due,
    recipients=_restored_recipients,
    text=_restored_text,
    soon=nothing_soon,
    priority=Priority.NOW,
    rests=False,
)
PLACE_OFFERED = ReminderKind(
    code="place_offered",
    name=gettext_lazy("Place held for somebody in line"),
    due=_offered_due,
    recipients=_offered_recipients,
    text=_offered_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)

KINDS = (SESSION_TOMORROW, SESSION_CANCELLED, SESSION_CALL, SESSION_RESTORED)  # of a session


def declare() -> None:
    """Make the kinds of this subject known; from `AppConfig.ready()`."""
    for kind in (*KINDS, PLACE_OFFERED):
        kinds.register(kind)
