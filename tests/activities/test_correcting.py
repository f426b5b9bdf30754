"""What was noted at the door is put right afterwards; Robin too reads what stood before."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import releasing
from activities.models import Attendance
from activities.services import correcting, releases
from tests.activities.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    at,
)
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def yesterday(workshop, enrolled):
    """Corner was open yesterday, ten to four; Robin has a place there."""
    return SessionFactory(
        activity=workshop, starts_at=at(YESTERDAY, "10.00"), ends_at=at(YESTERDAY, "16.00")
    )


@pytest.fixture
def came(yesterday, robin_person):
    return AttendanceFactory(
        session=yesterday, participant=robin_person, arrived_at=at(YESTERDAY, "10.05")
    )


def page_of(session, person):
    return reverse("activities:attendance_correct", args=[session.pk, person.public_id])


def correct(browser, session, person, **fields):
    """Fill in the page as it stands, with something else in it."""
    page = page_of(session, person)
    shown = browser.get(page).context["form"]
    answers = {one.name: one.value() for one in shown if one.value() is not None}
    return browser.post(page, answers | fields, follow=True)


def test_robin_left_early_and_both_lars_and_robin_read_what_stood_before(
    lars, acting, robin, yesterday, came, robin_person
):
    page = correct(lars, yesterday, robin_person, left="11.20", companions="1")
    assert "Nu är det rättat." in page.text
    assert "kom 10.05, gick 11.20, + 1 i sällskap" in page.text
    came.refresh_from_db()
    assert (came.left_at, came.companions) == (at(YESTERDAY, "11.20"), 1)
    correct(lars, yesterday, robin_person, left="12.00")
    history = lars.get(page_of(yesterday, robin_person)).text
    assert "Lars" in history
    assert "Förut stod det: kom 10.05, gick 11.20, 1 i sällskap." in history
    assert "Förut stod det: kom 10.05." in history
    extract = acting(robin).get(reverse("my_extract")).text
    assert "Förut stod det: kom 10.05, gick 11.20" in extract
    assert "rättade när du kom och gick" in acting(robin).get(reverse("log:who_looked")).text


def test_who_was_forgotten_is_written_and_who_was_not_there_is_taken_away(
    lars, yesterday, robin_person
):
    correct(lars, yesterday, robin_person, was_there="yes", came="10.30")
    noted = Attendance.objects.noted().get()
    assert (noted.arrived_at, noted.left_at) == (at(YESTERDAY, "10.30"), None)
    correct(lars, yesterday, robin_person, was_there="no")
    assert not Attendance.objects.noted().exists()
    assert "Förut stod det: var inte där." in lars.get(page_of(yesterday, robin_person)).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"left": "09.00"}, "Skriv en tid efter att personen kom."),
        ({"came": ""}, "Skriv ungefär när personen kom."),
        ({"companions": "10"}, "Skriv ett tal som är högst 9."),
    ],
)
def test_what_cannot_be_is_asked_for_again(lars, yesterday, came, robin_person, fields, words):
    page = correct(lars, yesterday, robin_person, **fields)
    assert page.status_code == 422
    assert words in page.text
    came.refresh_from_db()
    assert came.history == []


def test_two_who_correct_at_once_do_not_undo_each_other(lars, yesterday, came, robin_person):
    mine = lars.get(page_of(yesterday, robin_person)).context["form"]["seen"].value()
    correct(lars, yesterday, robin_person, left="11.20")
    page = correct(lars, yesterday, robin_person, left="15.00", seen=mine)
    assert "Någon annan har ändrat det här under tiden." in page.text
    came.refresh_from_db()
    assert came.left_at == at(YESTERDAY, "11.20")


def test_two_weeks_later_what_was_noted_stands(lars, workshop, enrolled, robin_person):
    for days, code in ((13, 200), (15, 404)):
        then = SessionFactory(
            activity=workshop, starts_at=timezone.now() - timedelta(days=days, hours=5)
        )
        assert lars.get(page_of(then, robin_person)).status_code == code


def test_what_has_been_sent_stays_as_it_was_and_whoever_sent_it_reads_so(
    lars, acting, guide, workshop, yesterday, robin_person, unit
):
    robin_person.enrolments.all().delete()
    workshop.owner_id = guide.organisation_id  # of the same authority, so she reads who was there
    workshop.save()
    EnrolmentFactory(
        participant=robin_person, activity=workshop, weekdays=list(range(7)), basis="MANDATED"
    )
    sent = releases.release(
        participant=robin_person,
        receiver=UnitFactory(parent=unit.parent),
        first_on=YESTERDAY,
        last_on=YESTERDAY,
        by=guide,
        now=timezone.now(),
    )
    before = (sent.plan, sent.days)
    page = lars.get(page_of(yesterday, robin_person)).text
    assert "Det som redan har skickats om den här dagen är en kopia" in page
    correct(lars, yesterday, robin_person, was_there="yes", came="10.00")
    sent.refresh_from_db()
    assert (sent.plan, sent.days) == before
    assert releasing.outdated([sent], actor=guide) == {sent.pk}
    made = reverse("activities:release_add", args=[robin_person.public_id])
    assert "En dag har rättats sedan dess." in acting(guide).get(made).text


def test_the_number_of_guests_is_put_right_and_the_list_stays_within_its_budget(
    lars, yesterday, came, queries_of
):
    page = reverse("activities:session_correct", args=[yesterday.pk])
    assert "Numret" not in lars.post(page, {"number": 7}, follow=True).text
    yesterday.refresh_from_db()
    assert yesterday.guests == 7
    one = queries_of(lars, page)
    assert one <= 12
    for _ in range(3):
        AttendanceFactory(session=yesterday)
    assert queries_of(lars, page) == one
    assert correcting.may_correct(yesterday, timezone.now())


def test_a_day_that_a_code_spoke_of_is_otherwise_only_when_it_is_seen_or_taken_away(
    leader, guide, workshop, yesterday, came, robin_person, unit
):
    robin_person.enrolments.all().delete()
    type(workshop).objects.filter(pk=workshop.pk).update(owner=guide.organisation_id)
    EnrolmentFactory(
        participant=robin_person, activity=workshop, weekdays=list(range(7)), basis="MANDATED"
    )
    row = Attendance.objects.filter(pk=came.pk)
    row.update(how="CODE", owner=guide.organisation_id)
    sent = releases.release(
        participant=robin_person,
        receiver=UnitFactory(parent=unit.parent),
        first_on=YESTERDAY,
        last_on=YESTERDAY,
        by=guide,
        now=timezone.now(),
    )
    assert not releasing.outdated([sent], actor=guide)
    for change in ({"how": "DOOR"}, {"how": "CODE", "removed_at": timezone.now()}):
        row.update(**change)
        assert releasing.outdated([sent], actor=guide) == {sent.pk}
