"""Four figures at a door: they say that somebody has come, and nothing else in the world."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Attendance, Contract, DoorCode
from activities.services import door_codes, releases
from portal import crypto
from portal.models import AuditEvent
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.conftest import signed_in
from tests.factories import ParticipantFactory, UnitFactory

pytestmark = pytest.mark.django_db
ALL_WEEK = [0, 1, 2, 3, 4, 5, 6]
NOBODYS = "Den koden är ingens här just nu. Fråga någon som arbetar här."


@pytest.fixture
def screen(leader):
    """A browser that Lars has opened at the door of Corner."""
    browser = signed_in(leader)
    browser.post("/kiosk/oppna/")
    return browser


@pytest.fixture
def mine(acting, robin, robin_person, kampen, leader):
    """Robin was at Lars's two days ago, and draws a code on the page of their own."""
    then = SessionFactory(activity=kampen, starts_at=timezone.now() - timedelta(days=2))
    AttendanceFactory(participant=robin_person, session=then, arrived_at=then.starts_at)
    browser = acting(robin)
    unit = leader.membership.unit
    address = f"/personer/{robin_person.public_id}/vid-dorren/{unit.pk}/kod/"
    assert browser.post(address).url == "/vid-dorren/"
    return browser, address


def figures():
    return door_codes.shown(DoorCode.objects.get())


def come(screen, session, code):
    return screen.post(f"/kiosk/{session.pk}/", {"card": code})


def test_robin_draws_a_code_reads_it_again_and_has_it_taken_away(mine, robin_person):
    browser, address = mine
    first = figures()
    assert f'<p class="typed">{first}</p>' in browser.get("/vid-dorren/").text
    held = DoorCode.objects.get()
    assert first.encode() not in bytes(held.look_up) + bytes(held.sealed)
    browser.post(address)
    assert DoorCode.objects.count() == 1
    browser.post(f"{address}bort/")
    assert DoorCode.objects.values_list("look_up", "sealed").get() == (None, None)
    assert 'class="typed"' not in browser.get("/vid-dorren/").text
    lines = AuditEvent.objects.filter(subject="doorcode", participants=[robin_person.pk])
    assert list(lines.order_by("pk").values_list("act", flat=True)) == [
        "CREATE",
        "CREATE",
        "CHANGE",
    ]


def test_a_code_notes_a_statement_without_a_name_which_lars_sees_and_undoes(
    mine, screen, cafe, leader, robin_person
):
    answer = come(screen, cafe, figures())
    assert answer.url == "/kiosk/valkommen/"
    assert "Robin" not in screen.get(answer.url).text
    noted = Attendance.objects.get(session=cafe)
    assert (noted.how, noted.author, noted.participant) == ("CODE", None, robin_person)
    line = AuditEvent.objects.get(subject="attendance_by_code")
    assert (line.user_id, line.participants) == (None, [robin_person.pk])
    lars = signed_in(leader)
    door = lars.get(f"/pass/{cafe.pk}/").text
    assert "med kod" in door
    assert "Den som kom med kod har själv sagt det." in door
    assert lars.post(f"/narvaro/{noted.public_id}/angra/").status_code == 302
    assert NOBODYS in come(screen, cafe, figures()).text  # what Lars took away stays away
    assert not Attendance.objects.noted().filter(session=cafe).exists()


def test_unknown_not_for_here_and_protected_are_told_the_same_by_as_many_questions(
    mine, screen, cafe, robin_person, workshop, queries_to
):
    code = figures()
    closed_to_robin = SessionFactory(activity=workshop)  # Robin has no place there
    wrong = "9753" if code != "9753" else "8642"
    answers = [come(screen, closed_to_robin, one) for one in (wrong, code)]
    assert {one.status_code for one in answers} == {422}
    assert all(NOBODYS in one.text for one in answers)
    asked = [
        queries_to(lambda one=one: come(screen, closed_to_robin, one)) for one in (wrong, code)
    ]
    assert asked[0] == asked[1]
    type(robin_person).objects.filter(pk=robin_person.pk).update(protection=1, unit=None)
    assert NOBODYS in come(screen, cafe, code).text
    assert not Attendance.objects.noted().filter(how="CODE").exists()


@pytest.fixture
def queries_to():
    def count(act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    return count


def test_five_wrong_codes_rest_the_screen_and_right_ones_count_for_nothing(mine, screen, cafe):
    code = figures()
    wrong = "9753" if code != "9753" else "8642"
    for _ in range(7):
        assert come(screen, cafe, code).status_code == 302
    for _ in range(5):
        assert NOBODYS in come(screen, cafe, wrong).text
    rests = come(screen, cafe, code)
    assert "Det blev många fel koder. Fråga någon som arbetar här." in rests.text
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert come(screen, cafe, code).status_code == 302


def test_a_code_works_when_the_doors_are_open_and_not_before_or_elsewhere(
    mine, screen, kampen, member, cafe
):
    later = SessionFactory(activity=kampen, starts_at=timezone.now() + timedelta(minutes=5))
    assert "Koder fungerar när det har öppnat." in come(screen, later, figures()).text
    nextdoor = signed_in(member("ACTIVITY_LEADER", UnitFactory(name="Grannhuset")))
    nextdoor.post("/kiosk/oppna/")
    there = SessionFactory(activity__organiser=DoorCode.objects.get().unit)
    assert come(nextdoor, there, figures()).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert door_codes.forget(today=timezone.localdate()) == 1


def test_a_second_house_gives_the_same_figures_unless_somebody_has_them(guide, robin_person):
    here, there = UnitFactory(), UnitFactory()
    today = timezone.localdate()
    door_codes.draw(participant=robin_person, unit=here, by=guide, today=today)
    code = figures()
    door_codes.draw(participant=robin_person, unit=there, by=guide, today=today)
    assert door_codes.shown(DoorCode.objects.get(unit=there)) == code
    other, elsewhere = ParticipantFactory(main_contact=guide.membership), UnitFactory()
    DoorCode.objects.create(
        participant=other,
        unit=elsewhere,
        look_up=b"-",
        sealed=crypto.seal(code, context=f"door code {other.pk} {elsewhere.pk}"),
        drawn_on=today,
        used_on=today,
    )
    door_codes.draw(participant=other, unit=here, by=guide, today=today)
    assert door_codes.shown(DoorCode.objects.get(participant=other, unit=here)) != code


def test_a_decided_day_is_not_proven_by_a_code_until_lars_has_seen_robin(
    screen, leader, guide, acting, robin, robin_person, member, labour, workshop
):
    type(workshop).objects.update(owner=guide.membership.unit.owner)  # by agreement
    workshop.refresh_from_db()
    EnrolmentFactory(
        participant=robin_person,
        activity=workshop,
        weekdays=ALL_WEEK,
        basis="MANDATED",
        owner=guide.membership.unit.owner,
    )
    today = SessionFactory(activity=workshop)
    unit, now = leader.membership.unit, timezone.now()
    acting(robin).post(f"/personer/{robin_person.public_id}/vid-dorren/{unit.pk}/kod/")
    assert come(screen, today, figures()).status_code == 302
    money = member("BENEFITS_OFFICER", UnitFactory(parent=labour)).membership.unit
    on = timezone.localdate()

    def sent():
        made = releases.release(
            participant=robin_person, receiver=money, first_on=on, last_on=on, by=guide, now=now
        )
        return [(one["was_there"], one["is_said"]) for one in made.days]

    assert sent() == [(False, True)]
    lars = signed_in(leader)
    noted = Attendance.objects.get()
    assert "Jag har sett dem" in lars.get(f"/pass/{today.pk}/").text
    lars.post(f"/narvaro/{noted.public_id}/sedd/")
    assert sent() == [(True, False)]


def test_a_house_with_too_many_codes_gives_no_more(guide, robin_person, monkeypatch, unit):
    monkeypatch.setattr(door_codes, "MOST", 0)
    with pytest.raises(door_codes.NoneLeft):
        door_codes.draw(participant=robin_person, unit=unit, by=guide, today=timezone.localdate())


def test_samira_draws_a_code_for_who_has_no_phone_and_prints_it_without_a_name(
    acting, guide, leader, robin_person
):
    activity = ActivityFactory(organiser=leader.membership.unit, contract=Contract.MEMBER)
    EnrolmentFactory(participant=robin_person, activity=activity)
    samira = acting(guide)
    page = f"/personer/{robin_person.public_id}/vid-dorren/"
    unit = leader.membership.unit
    assert samira.post(f"{page}{unit.pk}/kod/").url == page
    assert figures() in samira.get(page).text
    assert samira.post(f"{page}{UnitFactory().pk}/kod/").status_code == 404
