"""The door at opening time: wet hands, six people, one tap each."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Attendance, Guest, Session
from portal.models import AuditEvent
from portal.permissions import Role
from portal.templatetags.dates import clock
from tests.activities.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.factories import MembershipFactory, ParticipantFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lars(acting, leader):
    """The leader's phone."""
    return acting(leader)


@pytest.fixture
def robin_comes(cafe, robin_person):
    return SignUpFactory(session=cafe, participant=robin_person)


def door(session):
    return reverse("activities:session_door", args=[session.pk])


def tap(browser, name, *args, **fields):
    return browser.post(reverse(f"activities:{name}", args=args), fields, follow=True)


def test_robin_is_checked_in_goes_home_and_every_tap_can_be_taken_back(
    lars, cafe, robin_person, robin_comes
):
    assert "Robin A." in lars.get(door(cafe)).text
    page = tap(lars, "check_in", cafe.pk, robin_person.public_id)
    noted = Attendance.objects.get()
    assert "här " in page.text
    assert "Ångra" in page.text
    tap(lars, "check_out", noted.public_id)
    noted.refresh_from_db()
    assert noted.left_at
    tap(lars, "attendance_undo", noted.public_id)
    noted.refresh_from_db()
    assert noted.left_at is None
    tap(lars, "attendance_undo", noted.public_id)
    noted.refresh_from_db()
    assert noted.removed_at


def test_two_taps_in_a_hurry_and_a_tap_after_undo_make_one_row(
    lars, cafe, robin_person, robin_comes
):
    for _ in range(2):
        tap(lars, "check_in", cafe.pk, robin_person.public_id)
    noted = Attendance.objects.get()
    tap(lars, "attendance_undo", noted.public_id)
    tap(lars, "check_in", cafe.pk, robin_person.public_id)
    assert Attendance.objects.get().removed_at is None


def test_the_door_says_first_name_and_initial_and_nothing_more(
    lars, cafe, robin_person, robin_comes
):
    robin_person.phone = "+46701740699"
    robin_person.save()
    page = lars.get(door(cafe)).text
    assert "Robin A." in page
    assert "Almqvist" not in page
    assert "174 06 99" not in page


def test_those_who_said_they_come_stand_first(lars, cafe, robin_person, robin_comes):
    earlier = SessionFactory(activity=cafe.activity, starts_at=timezone.now() - timedelta(days=7))
    AttendanceFactory(
        session=earlier, participant=ParticipantFactory(first_name="Adam", last_name="Ask")
    )
    page = lars.get(door(cafe)).text
    assert page.index("Robin A.") < page.index("Adam A.")


def test_who_has_a_timetable_is_on_the_list_without_saying_so(
    lars, workshop, enrolled, robin_person
):
    today = SessionFactory(activity=workshop)
    page = lars.get(door(today)).text
    assert "Robin A." in page
    assert "1 tänker komma, 0 är här" in page


def test_guests_are_counted_up_and_down_and_never_below_none(lars, cafe):
    for change in ("more", "more", "more", "less"):
        tap(lars, "guest_count", cafe.pk, change=change)
    cafe.refresh_from_db()
    assert cafe.guests == 2
    for _ in range(3):
        tap(lars, "guest_count", cafe.pk, change="less")
    cafe.refresh_from_db()
    assert cafe.guests == 0


def test_a_nickname_is_written_once_and_tied_to_nobody(lars, cafe):
    once = {"nickname": "Mannen med hunden", "submission_id": uuid.uuid4()}
    for _ in range(2):
        page = tap(lars, "guest_add", cafe.pk, **once)
    assert "Mannen med hunden" in page.text
    guest = Guest.objects.get()
    tap(lars, "guest_left", guest.public_id)
    tap(lars, "guest_undo", guest.public_id)
    guest.refresh_from_db()
    assert (guest.left_at, guest.removed_at) == (None, None)
    page = tap(lars, "guest_undo", guest.public_id)
    assert "Mannen med hunden" not in page.text


def test_a_name_of_markup_is_shown_as_it_was_typed(lars, cafe):
    typed = "<b>Kim</b> 🦄 \u202e"
    page = tap(lars, "guest_add", cafe.pk, nickname=typed, submission_id=uuid.uuid4())
    assert "&lt;b&gt;Kim&lt;/b&gt; 🦄" in page.text


def test_an_empty_name_is_asked_for_and_the_list_still_stands(
    lars, cafe, robin_person, robin_comes
):
    page = tap(lars, "guest_add", cafe.pk, nickname=" ", submission_id=uuid.uuid4())
    assert page.status_code == 422
    assert "Skriv ett namn, eller räkna en gäst utan namn." in page.text
    assert "Robin A." in page.text


def test_a_door_that_opened_early_closes_until_its_hour(lars, kampen):
    tonight = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(hours=1))
    assert "Inte öppet än" in lars.get(door(tonight)).text
    page = tap(lars, "session_open", tonight.pk).text
    assert f"Stäng till {clock(tonight.starts_at)}" in page
    assert "Stäng för i dag" not in page
    assert "Inte öppet än" in tap(lars, "session_close", tonight.pk).text
    tonight.refresh_from_db()
    assert (tonight.opened_at, tonight.closed_at) == (None, None)


def test_a_door_closes_for_the_day_and_opens_again(lars, cafe):
    assert "Stäng för i dag" in lars.get(door(cafe)).text
    assert "Öppna igen" in tap(lars, "session_close", cafe.pk).text
    tap(lars, "session_open", cafe.pk)
    cafe.refresh_from_db()
    assert cafe.closed_at is None


def test_nobody_closes_what_has_not_begun_behind_the_back_of_those_who_come(lars, kampen):
    tonight = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(hours=1))
    SignUpFactory(session=tonight)
    assert "Stäng" not in lars.get(door(tonight)).text
    page = tap(lars, "session_close", tonight.pk).text
    assert "Passet har inte börjat än. Blir det inte av? Ställ in det" in page
    tonight.refresh_from_db()
    assert tonight.closed_at is None


def test_todays_sessions_stand_in_order_with_their_numbers(lars, cafe, robin_comes):
    later = SessionFactory(activity=cafe.activity, starts_at=cafe.starts_at + timedelta(hours=1))
    Session.objects.filter(pk=later.pk).update(guests=4)
    page = lars.get(reverse("activities:session_list")).text
    assert page.index("1 tänker komma, 0 är här") < page.index("0 tänker komma, 4 är här")


def test_another_day_can_be_asked_for_and_nonsense_means_today(lars, cafe):
    tomorrow = timezone.localdate() + timedelta(days=1)
    session = SessionFactory(activity=cafe.activity, starts_at=cafe.starts_at + timedelta(days=1))
    page = lars.get(reverse("activities:session_list"), {"dag": str(tomorrow)})
    assert door(session) in page.text
    page = lars.get(reverse("activities:session_list"), {"dag": "9999-99-99"})
    assert door(cafe) in page.text


def test_names_are_not_written_on_the_list_of_another_day(lars, kampen, robin_person):
    next_week = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(days=7))
    EnrolmentFactory(participant=robin_person, activity=kampen)
    page = tap(lars, "check_in", next_week.pk, robin_person.public_id)
    assert page.status_code == 404
    assert not Attendance.objects.exists()


def test_a_page_that_shows_people_writes_whom_it_showed(
    lars, leader, cafe, robin_person, robin_comes
):
    lars.get(door(cafe))
    line = AuditEvent.objects.get(act="LIST", subject="session")
    assert line.participants == [robin_person.pk]
    assert (line.user_id, line.subject_id) == (leader.user_id, cafe.pk)


def test_another_houses_door_does_not_exist_and_a_guide_has_no_door(
    acting, member, guide, cafe, robin_person, robin_comes
):
    neighbour = acting(
        member(Role.ACTIVITY_LEADER, UnitFactory(parent=guide.membership.unit.parent))
    )
    assert neighbour.get(door(cafe)).status_code == 404
    assert tap(neighbour, "check_in", cafe.pk, robin_person.public_id).status_code == 404
    assert acting(guide).get(door(cafe)).status_code == 404
    assert acting(guide).get(reverse("activities:session_list")).status_code == 403


def test_a_guide_of_the_same_house_may_not_run_the_door(acting, member, leader, cafe):
    colleague = member(Role.GUIDE, leader.membership.unit)
    assert acting(colleague).get(door(cafe)).status_code == 403


def test_somebody_whom_the_leader_does_not_know_cannot_be_checked_in(lars, cafe, robin_person):
    assert tap(lars, "check_in", cafe.pk, robin_person.public_id).status_code == 404


def test_a_neighbours_guest_and_visit_cannot_be_touched(acting, member, unit, cafe, robin_person):
    guest = Guest.objects.create(session=cafe, nickname="Bullen")
    visit = AttendanceFactory(session=cafe, participant=robin_person)
    neighbour = acting(member(Role.ACTIVITY_LEADER, UnitFactory(parent=unit.parent)))
    assert tap(neighbour, "guest_left", guest.public_id).status_code == 404
    assert tap(neighbour, "check_out", visit.public_id).status_code == 404


def test_a_full_house_costs_as_many_queries_as_an_empty_one(lars, cafe, robin_comes, queries_of):
    one = queries_of(lars, door(cafe))
    assert one <= 12
    contact = MembershipFactory()
    for number in range(60):
        name = {"first_name": f"Kim{number:02}", "last_name": "Almqvist"}
        person = ParticipantFactory(**name, main_contact=contact)
        SignUpFactory(session=cafe, participant=person)
        AttendanceFactory(session=cafe, participant=person)
    assert queries_of(lars, door(cafe)) == one
    page = lars.get(door(cafe)).text
    assert "61 tänker komma, 60 är här" in page
    assert "Sida 1 av 2" in page
    assert "Kim59" not in page
    assert "Kim59" in lars.get(door(cafe), {"namn": "kim59"}).text


def test_the_pages_of_a_timetable_stay_within_the_budget(lars, workshop, enrolled, queries_of):
    today = SessionFactory(activity=workshop)
    for page in (door(today), reverse("activities:session_list")):
        assert queries_of(lars, page) <= 12
