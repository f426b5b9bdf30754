"""When something is open in town, counted from the sessions: by hour, contract and door."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import IntegrityError
from django.urls import reverse

from activities.coverage import coverage, not_found, often_full
from activities.directory import Door
from activities.laying_out import STOCKHOLM
from activities.levels import ladder
from activities.models import (
    Contract,
    Level,
    NextStep,
    Threshold,
    Topic,
    UnmetDemand,
    Weekday,
)
from tests.activities.factories import ActivityFactory, SessionFactory, SupportFactory, at

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 7, tzinfo=STOCKHOLM)
WEEK = timedelta(weeks=1)


def weekly(activity, day, opens, closes, *, weeks=4, **session):
    """Let an activity be open at the same hours, week after week."""
    for number in range(weeks):
        on = day + number * WEEK
        ends = on + timedelta(days=1) if closes < opens else on
        SessionFactory(
            activity=activity, starts_at=at(on, opens), ends_at=at(ends, closes), **session
        )


def read(found, day, hour):
    return found.week[day][list(found.hours).index(hour)]


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()


def test_an_hour_is_open_when_some_part_of_it_is():
    weekly(ActivityFactory(), MONDAY, "09.30", "12.00")
    found = coverage(NOW)
    assert [read(found, Weekday.MONDAY, hour) for hour in (8, 9, 10, 11, 12)] == [0, 1, 1, 1, 0]
    assert not any(found.week[Weekday.TUESDAY])


def test_what_goes_on_past_midnight_belongs_to_both_days():
    weekly(ActivityFactory(), MONDAY, "22.00", "01.00")
    found = coverage(NOW)
    assert read(found, Weekday.MONDAY, 23) == 1
    assert read(found, Weekday.TUESDAY, 0) == 1


def test_the_hours_are_those_of_the_wall_over_summer_time():
    """Summer time begins on 29 March: the fourth week is an hour off in UTC."""
    weekly(ActivityFactory(), MONDAY + 2 * WEEK, "09.00", "10.00")
    found = coverage(NOW + 2 * WEEK)
    assert read(found, Weekday.MONDAY, 9) == 1
    assert sum(found.week[Weekday.MONDAY]) == 1


def test_what_is_cancelled_or_happens_once_is_not_counted():
    weekly(ActivityFactory(), MONDAY, "09.00", "10.00", weeks=1)
    weekly(
        ActivityFactory(),
        MONDAY,
        "09.00",
        "10.00",
        cancelled_at=NOW,
        cancel_reason="WEATHER",
    )
    assert not any(map(any, coverage(NOW).week))


def test_it_is_told_by_contract_and_by_what_is_asked_at_the_door():
    weekly(ActivityFactory(), MONDAY, "09.00", "10.00")
    weekly(
        ActivityFactory(contract=Contract.MEMBER, thresholds=[Threshold.SOBER]),
        MONDAY,
        "09.00",
        "10.00",
    )
    assert read(coverage(NOW), Weekday.MONDAY, 9) == 2
    assert read(coverage(NOW, contract=Contract.MEMBER), Weekday.MONDAY, 9) == 1
    members_as_they_are = coverage(NOW, contract=Contract.MEMBER, door=Door.OPEN)
    assert read(members_as_they_are, Weekday.MONDAY, 9) == 0
    assert read(coverage(NOW, door=Threshold.SOBER), Weekday.MONDAY, 9) == 1


@time_machine.travel(NOW, tick=False)
def test_the_page_says_on_which_evenings_there_is_nowhere_to_go(client):
    for day in Weekday:
        if day not in {Weekday.SATURDAY, Weekday.SUNDAY}:
            weekly(ActivityFactory(), MONDAY + timedelta(days=day), "15.00", "19.00")
    page = client.get(reverse("activities:open_in_town")).text
    assert "Inget är öppet efter 16 på lördag och söndag." in page
    at_16 = page[page.index('scope="row">16<') : page.index('scope="row">17<')]
    assert [int(one) for one in re.findall(r"<td[^>]*>(\d+)", at_16)] == [1, 1, 1, 1, 1, 0, 0]


@time_machine.travel(NOW, tick=False)
def test_a_choice_is_a_link_and_what_is_counted_is_kept_for_a_while(client, queries_of):
    weekly(ActivityFactory(), MONDAY, "17.00", "19.00")
    page = reverse("activities:open_in_town")
    first = client.get(f"{page}?sa-har=medlem&dorr=oppen").text
    assert "Inget är öppet efter 16 någon dag i veckan." in first
    assert "sa-har=medlem&amp;dorr=oppen" in first
    asked = queries_of(client, page)
    assert queries_of(client, page) == asked - 8


@time_machine.travel(NOW, tick=False)
def test_what_was_looked_for_is_told_by_topic_and_a_few_are_only_a_few(client):
    week, long_ago = NOW.date() - WEEK, NOW.date() - 6 * WEEK
    for on, topic, number in (
        (week, Topic.EVENING, 4),
        (NOW.date(), Topic.EVENING, 3),
        (week, Topic.HOME, 4),
        (long_ago, Topic.MONEY, 90),
    ):
        UnmetDemand.objects.create(on=on, topic=topic, number=number)
    assert not_found(NOW) == [(Topic.EVENING, 7), (Topic.HOME, None)]
    page = client.get(reverse("activities:open_in_town")).text
    assert "Mest sökt: " in page
    assert "färre än 5" in page


def test_where_places_were_not_enough_is_told_by_activity_and_never_by_person():
    bikes = ActivityFactory(name="Cykelverkstad", sign_up=True, seats=1)
    for number in range(1, 4):
        SessionFactory(
            activity=bikes,
            starts_at=NOW - timedelta(days=number),
            ends_at=NOW - timedelta(days=number) + timedelta(hours=2),
            seats=1,
            signed_up=number % 2,
        )
    (found,) = often_full(NOW)
    assert (found["activity__name"], found["full"], found["held"]) == ("Cykelverkstad", 2, 3)


def test_it_is_told_what_leads_to_which_level_and_what_leads_nowhere(client):
    cafe = ActivityFactory(name="Kaffe", level=Level.OPEN)
    shop = ActivityFactory(name="Butiken", level=Level.SCHEDULED)
    practice = ActivityFactory(name="Snickeriet", level=Level.PRACTICE)
    ActivityFactory(name="Lagret", level=Level.JOB)
    gone = ActivityFactory(level=Level.JOB, ended_on=date(2026, 1, 1))
    for below, above in ((cafe, shop), (cafe, practice), (shop, cafe), (practice, gone)):
        NextStep.objects.create(activity=below, to_activity=above)
    NextStep.objects.create(activity=cafe, to_support=SupportFactory())
    found = ladder(NOW.date())
    assert found.there == {1: 1, 2: 1, 3: 1, 5: 1}
    assert found.leads == {(1, 2): 1, (1, 3): 1, (2, 1): 1, (1, None): 1}
    assert found.dead_ends == [Level.SCHEDULED, Level.PRACTICE]
    assert [one["name"] for one in found.named] == ["Snickeriet"], "a job need not lead anywhere"
    page = client.get(reverse("activities:open_in_town")).text
    assert "Inget leder till en högre nivå från: 2. Med schema" in page


def test_nothing_leads_to_itself():
    cafe = ActivityFactory()
    with pytest.raises(IntegrityError, match="a_next_step_leads_to_one_other_thing"):
        NextStep.objects.create(activity=cafe, to_activity=cafe)
