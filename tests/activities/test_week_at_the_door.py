"""The leader's week in numbers, and how many places there are."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Guest, Session, SignUp
from activities.services import hours
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    OpeningRuleFactory,
    SessionFactory,
    SignUpFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def bikes(leader):
    """A workshop tomorrow with one place, which is taken, and somebody who waits."""
    activity = ActivityFactory(
        name="Cykelverkstad", organiser=leader.membership.unit, sign_up=True, seats=1
    )
    session = SessionFactory(activity=activity, starts_at=timezone.now() + 26 * HOUR)
    SignUpFactory(session=session)
    SignUpFactory(session=session, waiting_since=timezone.now())
    session.refresh_from_db()
    return session


def week(browser, day=None):
    return browser.get(reverse("activities:session_week"), {"vecka": day} if day else {})


def seat(browser, session, **fields):
    page = reverse("activities:session_seats", args=[session.pk])
    return browser.post(page, fields, follow=True)


def test_a_week_says_who_meant_to_come_who_came_and_how_many_had_no_name(
    lars, cafe, bikes, robin_person, queries_of
):
    AttendanceFactory(session=cafe, participant=robin_person, companions=2)
    SignUpFactory(session=cafe, participant=robin_person)
    Guest.objects.create(session=cafe, nickname="Bullen")
    Session.objects.filter(pk=cafe.pk).update(guests=3)
    page = week(lars, timezone.localdate(cafe.starts_at)).text
    assert "1 tänkte komma" in page
    assert "1 kom" in page
    assert "4 gäster" in page
    assert "2 i sällskap" in page
    assert "Robin" not in page
    assert "Bullen" not in page
    page = week(lars, timezone.localdate(bikes.starts_at)).text
    assert "Cykelverkstad" in page
    assert "1 i kö" in page
    one = queries_of(lars, reverse("activities:session_week"))
    assert one <= 12
    for number in range(3):
        SessionFactory(activity=cafe.activity, starts_at=cafe.starts_at + number * HOUR / 9 + HOUR)
    assert queries_of(lars, reverse("activities:session_week")) == one


def test_a_cancelled_session_expects_nobody_and_weeks_can_be_turned(lars, cafe, workshop, enrolled):
    Session.objects.filter(pk=cafe.pk).update(
        cancelled_at=timezone.now(), cancel_reason="STAFF_ILL"
    )
    last_week = SessionFactory(activity=workshop, starts_at=cafe.starts_at - timedelta(days=7))
    assert "Inställt: vi är sjuka" in week(lars).text
    page = week(lars, timezone.localdate(last_week.starts_at))
    assert reverse("activities:session_door", args=[last_week.pk]) in page.text
    assert "1 tänkte komma" in page.text
    for nonsense in ("2019-01-01", "9999-12-31", "i går"):
        assert week(lars, nonsense).status_code == 200


def test_more_places_are_offered_to_the_line_at_once(lars, bikes):
    page = seat(lars, bikes, seats=2)
    assert "1 person i kön erbjuds en plats." in page.text
    assert SignUp.objects.offered().count() == 1
    hours.lay_out(today=timezone.localdate(), now=timezone.now())
    bikes.refresh_from_db()
    assert (bikes.seats, bikes.activity.seats) == (2, 1)


def test_nobody_who_has_a_place_loses_it(lars, bikes):
    seat(lars, bikes, seats=2)
    page = seat(lars, bikes, seats=1)
    assert page.status_code == 422
    assert "2 personer har en plats. Välj minst så många." in page.text
    assert Session.objects.get(pk=bikes.pk).seats == 2


def test_the_usual_number_is_changed_for_what_is_to_come(lars, bikes):
    OpeningRuleFactory(activity=bikes.activity, weekdays=list(range(7)))
    hours.lay_out(today=timezone.localdate(), now=timezone.now())
    later = bikes.activity.sessions.filter(laid_out_for__gt=bikes.starts_at).first()
    SignUpFactory(session=later)
    SignUpFactory(session=later, waiting_since=timezone.now())
    assert "2 personer i kön erbjuds en plats." in seat(lars, bikes, seats=3, from_now_on="on").text
    assert Activity.objects.get(pk=bikes.activity_id).seats == 3
    later.refresh_from_db()
    assert (later.seats, SignUp.objects.offered().filter(session=later).count()) == (3, 1)


def test_where_nobody_counts_places_there_are_none_to_change(lars, cafe):
    assert seat(lars, cafe, seats=3).status_code == 404
