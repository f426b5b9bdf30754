"""Who watches a decision is told when the answer is late, once a month, and the person never."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from participants.services.decisions import add_decision, answer_decision, move_decision
from participants.services.handovers import hand_over
from participants.services.people import end_team_member
from portal.permissions import Role
from portal.reminders import planning, times
from portal.reminders.models import Reminder, Status
from tests.factories import TeamMemberFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
FRIDAY, MONDAY = date(2037, 3, 6), date(2037, 3, 9)


def morning(day):
    return times.instant(day, time(8))


@pytest.fixture
def waited_for(robin_person, guide, job_coach):
    """Expected on a Friday; Petra watches it."""
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    return add_decision(
        participant=robin_person,
        by=guide,
        submission_id=uuid4(),
        text="Plats med lönestöd på Kämpen",
        authority="AF",
        asked_on=date(2026, 3, 3),
        expected_on=FRIDAY,
        watcher=job_coach.membership,
    )


@pytest.mark.usefixtures("waited_for")
def test_who_watches_hears_of_it_on_the_working_day_after(job_coach, dispatch):
    assert dispatch(morning(MONDAY) - MINUTE)[1] == []
    _counts, [mail] = dispatch(morning(MONDAY) + MINUTE)
    assert mail.to == [job_coach.user.email]
    assert mail.body.startswith("Hej! Ett svar som du bevakar dröjer. Logga in")
    for secret in ("Robin", "Almqvist", "Kämpen", "lönestöd", "Arbetsförmedlingen"):
        assert secret.lower() not in f"{mail.subject} {mail.body}".lower()


@pytest.mark.usefixtures("waited_for")
def test_it_is_said_again_after_a_month_and_not_before(clock, dispatch):
    assert len(dispatch(morning(MONDAY) + MINUTE)[1]) == 1
    for day, letters in ((date(2037, 3, 20), 0), (date(2037, 4, 6), 0), (date(2037, 4, 7), 1)):
        clock(morning(day) - timedelta(hours=4))
        planning.sweep()
        assert len(dispatch(morning(day) + MINUTE)[1]) == letters, day  # Easter Monday is free


@pytest.mark.usefixtures("waited_for")
def test_main_contact_hears_of_it_once_who_watches_has_left_the_team(
    robin_person, guide, job_coach, dispatch
):
    end_team_member(member=robin_person.team_members.get(), by=job_coach, end_reason="Klart")
    planned = Reminder.objects.filter(kind="decision_overdue", status=Status.PLANNED)
    assert planned.get().recipient_id == guide.user_id
    _counts, [mail] = dispatch(morning(MONDAY) + MINUTE)
    assert mail.to == [guide.user.email]


def test_new_contact_hears_of_what_the_contact_before_has_watched(
    waited_for, robin_person, guide, job_coach, member, dispatch
):
    own = {"expected_on": FRIDAY, "watcher": guide.membership}
    move_decision(decision=waited_for, by=job_coach, **own)
    johan = member(Role.GUIDE, guide.membership.unit, first_name="Johan")
    hand_over(participant=robin_person, membership=johan.membership, by=guide)
    assert [mail.to for mail in dispatch(morning(MONDAY) + MINUTE)[1]] == [[johan.user.email]]


def test_later_day_moves_the_timer_and_an_answer_stops_it(waited_for, guide, job_coach, dispatch):
    later = {"expected_on": date(2037, 3, 20), "watcher": guide.membership}
    move_decision(decision=waited_for, by=job_coach, **later)
    assert dispatch(morning(MONDAY) + MINUTE)[1] == []
    planned = Reminder.objects.filter(kind="decision_overdue", status=Status.PLANNED)
    assert planned.get().due_at == morning(date(2037, 3, 23))
    answered = {"answer": "YES", "answer_text": "", "answered_on": date(2026, 4, 1)}
    answer_decision(decision=waited_for, by=guide, **answered)
    assert not planned.exists()
    assert dispatch(morning(date(2037, 3, 23)) + MINUTE)[1] == []
