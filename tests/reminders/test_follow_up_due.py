"""In the morning of the day, the one who supports at the workplace hears that it is time."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta

from employers.models import PlacementFollowUp
from employers.notifications.follow_ups import FOLLOW_UP_DUE
from employers.services.follow_ups import switch_follow_ups, write_follow_up
from employers.services.placements import change_placement, create_placement, end_placement
from participants.services.people import end_team_member, set_main_contact
from portal.actor import Actor
from portal.permissions import Role
from portal.reminders import planning, times
from portal.reminders.models import Reminder, Status
from tests.factories import EmployerFactory, TeamMemberFactory, UnitFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def coach(job_coach, robin_person):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    return job_coach


@pytest.fixture
def place(robin_person, guide, coach):
    """Robin began on a Tuesday, with Petra beside."""
    return create_placement(
        participant=robin_person,
        employer=EmployerFactory(),
        supporter=coach.membership,
        by=guide,
        submission_id=uuid4(),
        kind="INTERNSHIP",
        occupation="Packa varor",
        starts_on=date(2037, 3, 10),
    )


def morning(day):
    return times.instant(day, time(8))


WEEK_1 = morning(date(2037, 3, 17))


def planned():
    return Reminder.objects.filter(kind="follow_up_due", status=Status.PLANNED)


def test_supporter_hears_of_it_at_eight_on_the_day(place, coach, dispatch):
    assert dispatch(WEEK_1 - MINUTE)[1] == []
    _counts, [mail] = dispatch(WEEK_1 + MINUTE)
    assert mail.to == [coach.user.email]
    assert mail.body.startswith("Hej! Det är dags för en uppföljning. Logga in så ser du vilken.")


def test_message_says_nothing_of_whom_or_where(place, robin_person, dispatch):
    _counts, [mail] = dispatch(WEEK_1 + MINUTE)
    said = f"{mail.subject} {mail.body}"
    for secret in ("Robin", "Almqvist", place.employer.name, "Packa", "praktik"):
        assert secret.lower() not in said.lower()


def test_talk_that_has_been_stops_the_reminder(place, coach, dispatch):
    write_follow_up(
        placement=place,
        by=coach,
        submission_id=uuid4(),
        occurred_at=datetime.combine(date(2037, 3, 16), time(12), times.STOCKHOLM),
        how_it_goes="WELL",
        spoke_with="PERSON",
        mode="PHONE",
        text="",
    )
    assert dispatch(WEEK_1 + MINUTE)[1] == []


def test_moved_place_moves_its_reminders(place, guide, dispatch):
    change_placement(placement=place, by=guide, version=1, starts_on=date(2037, 3, 11))
    assert dispatch(WEEK_1 + MINUTE)[1] == []
    assert len(dispatch(morning(date(2037, 3, 18)) + MINUTE)[1]) == 1


def test_place_written_by_mistake_reminds_nobody(place, guide):
    assert planned().count() == 6
    end_placement(
        placement=place,
        by=guide,
        ended_on=date(2037, 3, 10),
        end_reason="MISTAKE",
        led_to_job="NO",
    )
    assert planned().count() == 0


def test_person_who_wants_no_follow_up_is_no_longer_asked_about(place, guide):
    switch_follow_ups(placement=place, by=guide, on=False)
    assert planned().count() == 0


def test_main_contact_hears_of_it_when_the_supporter_has_left(place, coach, guide, dispatch):
    membership = coach.membership
    membership.ended_at = membership.started_at + timedelta(days=399)
    membership.save()
    change_placement(placement=place, by=Actor(None), version=1, occupation="Köra truck")
    _counts, [mail] = dispatch(WEEK_1 + MINUTE)
    assert mail.to == [guide.user.email]


def test_main_contact_is_told_when_the_supporter_is_no_longer_on_the_team(
    place, coach, guide, robin_person, dispatch
):
    end_team_member(member=robin_person.team_members.get(), by=coach, end_reason="Klart")
    _counts, [mail] = dispatch(WEEK_1 + MINUTE)
    assert mail.to == [guide.user.email]


def test_who_reads_of_the_place_is_told_when_the_main_contact_may_not(
    place, coach, guide, member, robin_person, dispatch
):
    """Noor becomes the contact in another organisation; a second job coach walks along."""
    other = member(Role.JOB_COACH, guide.membership.unit)
    TeamMemberFactory(participant=robin_person, membership=other.membership)
    noor = member(Role.CASE_MANAGER, UnitFactory())
    set_main_contact(participant=robin_person, membership=noor.membership, by=guide)
    end_team_member(
        member=robin_person.team_members.get(membership=coach.membership),
        by=guide,
        end_reason="Klart",
    )
    _counts, [mail] = dispatch(WEEK_1 + MINUTE)
    assert mail.to == [other.user.email]


def test_day_on_a_weekend_is_said_on_the_friday_before(place, guide):
    """Saturday 21 March 2037, so the day before the free days."""
    change_placement(placement=place, by=guide, version=1, starts_on=date(2037, 3, 14))
    first = PlacementFollowUp.objects.open().soonest_first().first()
    assert first.due_on == date(2037, 3, 21)
    assert planned().get(subject_id=first.pk).due_at == morning(date(2037, 3, 20))


def test_quarter_that_nobody_has_seen_to_is_said_again_each_quarter(place, guide, clock, dispatch):
    last = PlacementFollowUp.objects.open().soonest_first().last()
    again = last.due_on + relativedelta(months=6)
    clock(times.midnight(times.working_day_until(again)) + MINUTE)
    assert FOLLOW_UP_DUE.soon(again)
    planning.sweep()
    assert planned().get(subject_id=last.pk).due_at == morning(times.working_day_until(again))
    switch_follow_ups(placement=place, by=guide, on=False)
    assert planned().count() == 0
