"""A leader reaches those who take part in what the own unit runs, by name and for a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from activities.models import Activity, Attendance, Enrolment, Session, SignUp
from participants.models import Contact, Participant
from portal.models import Access, Ground, Membership
from portal.permissions import Role
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.conftest import actor_of
from tests.factories import ConsentFactory, ContactFactory, MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sees(actor, person):
    return Participant.objects.visible_to(actor).filter(pk=person.pk).exists()


@pytest.fixture(autouse=True)
def no_difference():
    """After each test the rows are what the rule would compute anew."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)


def test_lars_does_not_know_who_robin_is_until_robin_comes(leader, cafe, robin_person):
    assert not sees(leader, robin_person)
    AttendanceFactory(session=cafe, participant=robin_person)
    assert sees(leader, robin_person)
    ground = Access.objects.get(participant_id=robin_person.pk, ground=Ground.ACTIVITY)
    assert ground.valid_until - ground.valid_from == 60 * DAY


@pytest.mark.parametrize(("days", "known"), [(59, True), (61, False)])
def test_a_visit_is_remembered_at_the_door_for_sixty_days(
    leader, kampen, robin_person, days, known
):
    then = SessionFactory(activity=kampen, starts_at=timezone.now() - days * DAY)
    AttendanceFactory(session=then, participant=robin_person)
    assert sees(leader, robin_person) is known


def test_a_visit_that_was_noted_by_mistake_opens_nothing(leader, cafe, robin_person):
    AttendanceFactory(session=cafe, participant=robin_person)
    Attendance.objects.update(removed_at=timezone.now())
    assert not sees(leader, robin_person)


def test_who_says_they_come_today_is_on_the_list_today_and_not_before(leader, kampen, robin_person):
    next_week = SessionFactory(activity=kampen, starts_at=timezone.now() + 7 * DAY)
    SignUpFactory(session=next_week, participant=robin_person)
    assert not sees(leader, robin_person)
    Session.objects.filter(pk=next_week.pk).update(
        starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=2)
    )
    assert sees(leader, robin_person)
    SignUp.objects.update(withdrawn_at=timezone.now())
    assert not sees(leader, robin_person)


def test_a_place_that_has_ended_closes_the_door_list(leader, enrolled, robin_person):
    assert sees(leader, robin_person)
    yesterday = timezone.localdate() - DAY
    Enrolment.objects.update(ended_on=yesterday, end_reason="OWN_WISH")
    assert not sees(leader, robin_person)


def test_another_leader_of_the_town_sees_nobody_of_this_house(member, cafe, robin_person, unit):
    other = member(Role.ACTIVITY_LEADER, UnitFactory(parent=unit.parent))
    AttendanceFactory(session=cafe, participant=robin_person)
    assert not sees(other, robin_person)
    assert not Attendance.objects.visible_to(other).exists()


def test_a_leader_of_two_houses_of_one_association_sees_one_at_a_time(
    leader, kampen, cafe, robin_person
):
    evening = ActivityFactory(
        organiser=UnitFactory(parent=kampen.organiser.parent), owner=kampen.owner
    )
    tonight = SessionFactory(activity=evening)
    mine = AttendanceFactory(session=cafe, participant=robin_person)
    AttendanceFactory(session=tonight, participant=robin_person)
    assert list(Attendance.objects.visible_to(leader)) == [mine]


def test_a_leader_reads_nothing_but_what_happens_at_the_own_door(
    leader, guide, enrolled, robin_person
):
    ContactFactory(participant=robin_person, owner_id=leader.organisation_id, info_type=9)
    assert list(Enrolment.objects.visible_to(leader)) == [enrolled]
    assert not Contact.objects.visible_to(leader).exists()


def test_a_new_leader_sees_those_who_were_there_before_and_an_ended_one_nobody(
    leader, enrolled, robin_person
):
    sara = actor_of(MembershipFactory(role=Role.ACTIVITY_LEADER, unit=leader.membership.unit))
    assert sees(sara, robin_person)
    Membership.objects.filter(pk=sara.membership_id).update(
        ended_at=timezone.now() - timedelta(minutes=1)
    )
    assert not sees(sara, robin_person)


def test_who_stops_being_a_leader_stops_seeing(leader, enrolled, robin_person):
    Membership.objects.filter(pk=leader.membership_id).update(role=Role.EMPLOYER_CONTACT)
    assert not sees(leader, robin_person)


def test_an_activity_that_changes_hands_takes_its_people_along(
    leader, member, workshop, enrolled, robin_person
):
    new_hands = member(Role.ACTIVITY_LEADER, UnitFactory(), first_name="Sara")
    Activity.objects.filter(pk=workshop.pk).update(organiser=new_hands.membership.unit)
    assert sees(new_hands, robin_person)
    assert not sees(leader, robin_person)


def test_the_guide_sees_visits_where_the_house_is_run_for_the_department(
    guide, leader, robin_person
):
    run_for_us = ActivityFactory(organiser=leader.membership.unit, owner_id=guide.organisation_id)
    their_own = ActivityFactory(organiser=leader.membership.unit)
    for activity in (run_for_us, their_own):
        AttendanceFactory(session=SessionFactory(activity=activity), participant=robin_person)
    seen = Attendance.objects.visible_to(guide)
    assert [one.session.activity for one in seen] == [run_for_us]


def test_robins_yes_lets_the_guide_see_visits_at_an_association_too(guide, cafe, robin_person):
    AttendanceFactory(session=cafe, participant=robin_person)
    assert not Attendance.objects.visible_to(guide).exists()
    ConsentFactory(participant=robin_person, receiver_id=guide.organisation_id, info_type=3)
    assert Attendance.objects.visible_to(guide).exists()


def test_robin_sees_every_visit_and_nobody_elses(robin, robin_person, cafe):
    own = AttendanceFactory(session=cafe, participant=robin_person)
    AttendanceFactory(session=cafe)
    assert list(Attendance.objects.visible_to(robin)) == [own]


def test_a_loaded_town_is_computed_as_one_that_grew(leader, enrolled, cafe, robin_person):
    AttendanceFactory(session=cafe, participant=robin_person)
    before = set(Access.objects.values_list("participant_id", "ground", "source_id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT rebuild_access()")
    after = set(Access.objects.values_list("participant_id", "ground", "source_id"))
    assert [row for row in before if row[1] == Ground.ACTIVITY]
    assert after == before
