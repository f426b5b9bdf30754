"""Who means to come to a session: who has said so, and whom a timetable holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from activities.models import (
    Absence,
    CompanyWish,
    Contract,
    EndReason,
    Enrolment,
    GuestSignUp,
    Session,
    SignUp,
)
from portal.reminders import times

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from activities.models.events import GuestSignUpQuerySet
    from activities.models.taking_part import SignUpQuerySet

# Since when each participant has meant to come to a session.
type Coming = Mapping[int, datetime]


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
    ).only("pk", "activity_id", "starts_at", "cancelled_at"):
        by_timetable[one.activity_id].append(one)
    days = [times.local(one.starts_at).date() for some in by_timetable.values() for one in some]
    enrolments = Enrolment.objects.filter(activity__in=by_timetable).only(
        *("activity", "participant", "weekdays", "started_on", "ended_on", "end_reason"),
        "created_at",
    )
    ended = enrolments.filter(end_reason=EndReason.ENDED)
    for enrolment in enrolments.current(min(days)) | ended if days else ():
        for session in by_timetable[enrolment.activity_id]:
            on, is_off = times.local(session.starts_at).date(), session.cancelled_at is not None
            if enrolment.expects(on) or (is_off and enrolment.would_have_expected(on)):
                found[session.pk][enrolment.participant_id] = enrolment.created_at
    for session_id, people in (_away(list(found)) if away is None else away).items():
        for person_id in people:
            found[session_id].pop(person_id, None)
    return found


def signed_up(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who has said that they come to each session."""
    return _since(SignUp.objects.standing(), session_ids)


def in_line(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who waits for a place at each session, or is offered one: they plan their day too."""
    line = SignUp.objects.kept().exclude(waiting_since=None, answer_by=None)
    return _since(line, session_ids)


def concerned(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return whom it touches when a session changes: those who come, and those in line."""
    return _together(expected(session_ids), _since(SignUp.objects.kept(), session_ids))


def companions(session_ids: Collection[int]) -> Mapping[int, list[int]]:
    """Return the accounts of those who have promised to go along with somebody."""
    found: dict[int, list[int]] = defaultdict(list)
    promised = CompanyWish.objects.promised().filter(session__in=session_ids)
    for session_id, user in promised.values_list("session_id", "membership__user_id"):
        found[session_id].append(user)
    return found


def guests(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who comes to each session without an account, by the id of the sign-up."""
    return _without_account(GuestSignUp.objects.standing(), session_ids)


def guests_in_line(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who waits without an account for a place at each session, or is offered one."""
    line = GuestSignUp.objects.kept().exclude(waiting_since=None, answer_by=None)
    return _without_account(line, session_ids)


def guests_concerned(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return whom without an account it touches when a session changes: those in line too."""
    return _without_account(GuestSignUp.objects.kept(), session_ids)


def told_singly(session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return who hears of each cancelled session by itself.

    Whose timetable the hours have changed hears of all of it at once: notifications/moved.py.
    """
    by_the_hours = Session.objects.off_by_the_hours().filter(pk__in=session_ids)
    off = set(by_the_hours.values_list("pk", flat=True))
    by_timetable = expected(set(session_ids) - off)
    return _together(by_timetable, _since(SignUp.objects.kept(), session_ids))


def _since(sign_ups: SignUpQuerySet, session_ids: Collection[int]) -> Mapping[int, Coming]:
    """Return since when each person has said so, by session."""
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    rows = sign_ups.filter(session__in=session_ids)
    for session_id, person_id, since in rows.values_list(
        "session_id", "participant_id", "created_at"
    ):
        found[session_id][person_id] = since
    return found


def _without_account(
    sign_ups: GuestSignUpQuerySet, session_ids: Collection[int]
) -> Mapping[int, Coming]:
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    if not session_ids:
        return found
    rows = sign_ups.remembered().filter(session__in=session_ids)
    for session_id, pk, since in rows.values_list("session_id", "pk", "created_at"):
        found[session_id][pk] = since
    return found


def _together(some: Mapping[int, Coming], others: Mapping[int, Coming]) -> Mapping[int, Coming]:
    return {pk: {**others.get(pk, {}), **some.get(pk, {})} for pk in {*some, *others}}


def _away(session_ids: Collection[int]) -> Mapping[int, Collection[int]]:
    away: dict[int, list[int]] = defaultdict(list)
    if session_ids:
        said = Absence.objects.standing().filter(session__in=session_ids)
        for session_id, person_id in said.values_list("session_id", "participant_id"):
            away[session_id].append(person_id)
    return away
