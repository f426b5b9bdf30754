"""A guide gives Robin a place, and ends it with a reason; coming back is always fine."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Contract, Enrolment
from activities.services import taking_part
from portal.actor import system
from portal.models import AuditEvent
from tests.activities.factories import ActivityFactory, EnrolmentFactory
from tests.factories import ConsentFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira(acting, guide):
    return acting(guide)


def page_of(person):
    return reverse("activities:enrolment_add", args=[person.public_id])


def give(browser, person, activity, **fields):
    answers = {
        "activity": activity.pk,
        "weekdays": [0, 2],
        "started_on": timezone.localdate(),
        "submission_id": uuid.uuid4(),
    }
    return browser.post(page_of(person), answers | fields, follow=True)


def end(browser, place, **fields):
    page = reverse("activities:enrolment_end", args=[place.public_id])
    answers = {"ended_on": timezone.localdate(), "end_reason": "OWN_WISH"}
    return browser.post(page, answers | fields, follow=True)


def test_samira_gives_robin_mondays_and_wednesdays_at_corner(samira, guide, workshop, robin_person):
    page = give(samira, robin_person, workshop)
    assert "Personen har fått platsen." in page.text
    assert "Fick en plats" in page.text
    place = Enrolment.objects.get()
    assert place.weekday_labels == ["måndag", "onsdag"]
    assert (place.owner_id, place.author) == (guide.organisation_id, guide.user)
    line = AuditEvent.objects.get(subject="enrolment")
    assert line.participants == [robin_person.pk]


def test_a_timetable_without_days_is_asked_for_them(samira, workshop, robin_person):
    page = give(samira, robin_person, workshop, weekdays=[])
    assert page.status_code == 422
    assert "Välj minst en veckodag. Den här har schema." in page.text
    assert not Enrolment.objects.exists()


def test_a_member_has_no_days_to_keep(samira, robin_person):
    house = ActivityFactory(contract=Contract.MEMBER)
    give(samira, robin_person, house)
    assert Enrolment.objects.get().weekdays == []


def test_pressing_twice_gives_one_place(samira, workshop, robin_person):
    once = {"submission_id": uuid.uuid4()}
    for _ in range(2):
        give(samira, robin_person, workshop, **once)
    assert Enrolment.objects.count() == 1


def test_two_places_in_the_same_house_at_once_are_one_too_many(samira, workshop, robin_person):
    give(samira, robin_person, workshop)
    page = give(samira, robin_person, workshop, weekdays=[4])
    assert page.status_code == 422
    assert "Personen har redan en plats där." in page.text


def test_nobody_is_enrolled_where_one_just_comes(samira, kampen, robin_person):
    page = give(samira, robin_person, kampen)
    assert page.status_code == 422
    with pytest.raises(taking_part.CannotEnrol):
        taking_part.enrol(
            participant=robin_person,
            activity=kampen,
            by=system("a test"),
            started_on=timezone.localdate(),
        )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "i morgon"])
def test_a_day_that_nobody_means_is_asked_for_again(samira, workshop, robin_person, day):
    assert give(samira, robin_person, workshop, started_on=day).status_code == 422
    assert not Enrolment.objects.exists()


def test_a_place_ends_with_a_reason_and_robin_may_come_back(samira, guide, workshop, robin_person):
    first_day = timezone.localdate() - timedelta(days=30)
    place = EnrolmentFactory(
        participant=robin_person, activity=workshop, started_on=first_day, weekdays=[0]
    )
    page = end(samira, place, end_reason="PAUSE", ended_on=timezone.localdate() - timedelta(1))
    assert "Att komma tillbaka kräver ingen förklaring." in page.text
    place.refresh_from_db()
    assert place.end_reason == "PAUSE"
    assert "Personen har fått platsen." in give(samira, robin_person, workshop).text


def test_a_place_does_not_end_before_it_began_or_without_a_reason(samira, enrolled):
    page = end(samira, enrolled, ended_on=enrolled.started_on - timedelta(days=1))
    assert "Välj en dag som inte är före den första." in page.text
    assert end(samira, enrolled, end_reason="").status_code == 422
    enrolled.refresh_from_db()
    assert enrolled.ended_on is None


def test_what_was_written_by_mistake_ends_where_it_began(samira, enrolled):
    end(samira, enrolled, end_reason="MISTAKE")
    enrolled.refresh_from_db()
    assert enrolled.ended_on == enrolled.started_on


def test_a_stranger_is_not_found_and_a_leader_may_not_enrol(
    acting, outsider, leader, robin_person, enrolled
):
    assert acting(outsider).get(page_of(robin_person)).status_code == 404
    assert end(acting(outsider), enrolled).status_code == 404
    assert acting(leader).get(page_of(robin_person)).status_code == 404
    assert end(acting(leader), enrolled).status_code == 404


def test_noor_who_may_read_about_activities_does_not_end_what_samira_gave(
    acting, case_manager, guide, enrolled, robin_person
):
    TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )
    ConsentFactory(participant=robin_person, receiver_id=case_manager.organisation_id, info_type=3)
    assert list(Enrolment.objects.visible_to(case_manager)) == [enrolled]
    assert end(acting(case_manager), enrolled).status_code == 404
