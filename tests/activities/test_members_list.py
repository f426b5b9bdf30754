"""Medlemmarnas lista: the members run the door, and come back when they want."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activities.models import Attendance, Contract, EndReason, Enrolment, Guest, Session
from activities.services import checking_in
from portal.models import AuditEvent
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.conftest import signed_in
from tests.factories import MembershipFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(leader):
    """The clubhouse that Lars works in."""
    return ActivityFactory(
        name="Fontänhuset", organiser=leader.membership.unit, contract=Contract.MEMBER
    )


@pytest.fixture
def today(house):
    return SessionFactory(activity=house)


@pytest.fixture
def place(house, robin_person):
    """Robin is a member and has said yes to the list."""
    return EnrolmentFactory(activity=house, participant=robin_person, on_list=True)


@pytest.fixture
def screen(leader, today):
    browser = signed_in(leader)
    assert browser.post(f"/pass/{today.pk}/medlemmarna/").url == "/medlemmar/"
    return browser


def test_members_tap_each_other_in_and_out_and_the_log_says_which_list(
    screen, today, place, robin_person, acting, robin
):
    page = screen.get("/medlemmar/")
    assert "Robin A." in page.text
    assert "Robin Almqvist" not in page.text
    assert str(robin_person.public_id) not in page.text
    screen.post(f"/medlemmar/{place.public_id}/")
    noted = Attendance.objects.get()
    assert (noted.how, noted.author, noted.left_at) == ("MEMBERS", None, None)
    screen.post(f"/medlemmar/{place.public_id}/")
    assert Attendance.objects.get().left_at is not None
    screen.post(f"/medlemmar/{place.public_id}/")
    screen.post(f"/medlemmar/{place.public_id}/", {"act": "undo"})
    assert not Attendance.objects.noted().exists()
    line = AuditEvent.objects.filter(subject="attendance_on_list").first()
    assert "medlemmarnas lista" in line.purpose
    assert "medlemmarnas lista att du kom" in acting(robin).get("/vem-har-tittat/").text


def test_only_those_who_said_yes_stand_there_and_nobody_protected(screen, house, place, guide):
    for answer, name, more in (
        (None, "Otillfrågad", {}),
        (False, "Nejsägare", {}),
        (True, "Skyddad", {"protection": 1, "unit": None}),
    ):
        who = ParticipantFactory(main_contact=MembershipFactory(), first_name=name)
        EnrolmentFactory(activity=house, participant=who, on_list=answer)
        type(who).objects.filter(pk=who.pk).update(**more or {"first_name": name})
    page = screen.get("/medlemmar/").text
    assert "Robin A." in page
    for name in ("Otillfrågad", "Nejsägare", "Skyddad"):
        assert name not in page


def test_guests_are_written_down_or_counted_and_nothing_else_of_the_door_is_there(screen, today):
    token = {"nickname": "Nicke", "submission_id": "6a1f3a52-8a51-4a53-9a3f-0a1d4d6ef001"}
    assert screen.post("/medlemmar/gast/", token).status_code == 302
    screen.post("/medlemmar/gaster/", {"change": "more"})
    assert (Guest.objects.get().nickname, Session.objects.get().guests) == ("Nicke", 1)
    page = screen.get("/medlemmar/").text
    assert "Nicke" in page
    assert "/kommer-inte/" not in page
    assert screen.get(f"/pass/{today.pk}/").status_code == 302  # to the sign-in


def test_the_list_ends_after_eight_hours_with_the_day_and_with_the_leader(
    screen, leader, today, client
):
    assert client.get("/medlemmar/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=8, minutes=1)):
        assert screen.get("/medlemmar/").status_code == 404
    Session.objects.update(cancelled_at=timezone.now(), cancel_reason="OTHER")
    assert screen.get("/medlemmar/").status_code == 404
    Session.objects.update(cancelled_at=None, cancel_reason="")
    assert screen.get("/medlemmar/").status_code == 200
    type(leader.membership).objects.update(ended_at=timezone.now())
    assert screen.get("/medlemmar/").status_code == 404


def test_only_members_run_a_list(acting, leader, cafe):
    assert acting(leader).get(f"/pass/{cafe.pk}/medlemmarna/").status_code == 404


def test_robin_is_asked_and_changes_the_answer_and_silence_is_no(
    acting, robin, house, robin_person
):
    place = EnrolmentFactory(activity=house, participant=robin_person)
    browser = acting(robin)
    assert "Inte svarat än" in browser.get("/vid-dorren/").text
    for answer, kept in (("ja", True), ("nej", False)):
        browser.post(f"/deltar/{place.public_id}/listan/", {"svar": answer})
        assert Enrolment.objects.get().on_list is kept


@pytest.mark.parametrize("ended", [-30, 0, 3])
def test_a_member_comes_back_by_one_tap_of_their_own_or_of_samira(
    acting, robin, guide, house, robin_person, ended
):
    today = timezone.localdate()
    place = EnrolmentFactory(
        activity=house,
        participant=robin_person,
        started_on=today - timedelta(days=300),
        ended_on=today + timedelta(days=ended),
        end_reason=EndReason.PAUSE,
        on_list=True,
    )
    address = f"/deltar/{place.public_id}/tillbaka/"
    assert "Jag vill komma tillbaka" in acting(robin).get("/vid-dorren/").text
    for who in (robin, guide):
        assert acting(who).post(address).status_code == 302
    still = Enrolment.objects.on(today).get()
    assert (still.ended_on, still.on_list, still.basis) == (None, True, "VOLUNTARY")


def test_a_timetable_is_no_right_that_one_gives_oneself(acting, robin, workshop, robin_person):
    today = timezone.localdate()
    place = EnrolmentFactory(
        activity=workshop,
        participant=robin_person,
        weekdays=[0],
        started_on=today - timedelta(days=30),
        ended_on=today - timedelta(days=3),
        end_reason=EndReason.PAUSE,
    )
    acting(robin).post(f"/deltar/{place.public_id}/tillbaka/")
    assert not Enrolment.objects.on(today).exists()


@pytest.mark.parametrize("how", ["MEMBERS", "CODE"])
def test_whom_a_leader_has_taken_away_the_list_does_not_write_again(
    screen, leader, today, place, how
):
    row = AttendanceFactory(session=today, participant=place.participant, how=how)
    checking_in.never_came(attendance=row, by=leader, now=timezone.now())
    page = screen.post(f"/medlemmar/{place.public_id}/", follow=True)
    assert not Attendance.objects.noted().exists()
    assert "Prata med någon som arbetar här" in page.text
