"""Robin gets other days at Corner: what clashes is read first, and what held before stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Basis, Contract, Enrolment, PlaceClosing
from activities.services import hours, taking_part
from portal.reminders.models import Reminder
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    OpeningRuleFactory,
    SessionFactory,
)
from tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
IN_TWO_DAYS = TODAY + 2 * DAY
NEW = IN_TWO_DAYS.weekday()
OLD = (NEW + 3) % 7


@pytest.fixture
def place(workshop, guide, robin_person):
    """Robin has one day a week at Corner, which is open ten to four all week but one day."""
    open_on = [one for one in range(7) if one != (NEW + 1) % 7]
    OpeningRuleFactory(activity=workshop, weekdays=open_on)
    hours.lay_out(today=TODAY, now=timezone.now())
    robin_person.email = "robin@example.org"
    robin_person.save()
    return EnrolmentFactory(
        participant=robin_person,
        activity=workshop,
        weekdays=[OLD],
        owner_id=guide.organisation_id,
    )


@pytest.fixture
def samira(acting, guide):
    return acting(guide)


def change(browser, place, weekdays, from_on=IN_TWO_DAYS, **fields):
    page = reverse("activities:enrolment_days", args=[place.public_id])
    return browser.post(page, {"weekdays": weekdays, "from_on": from_on, **fields}, follow=True)


def test_samira_reads_what_changes_and_what_clashes_before_anything_is_saved(
    samira, place, workshop, robin_person
):
    shop = ActivityFactory(name="Second hand", contract=Contract.SCHEDULE)
    EnrolmentFactory(participant=robin_person, activity=shop, weekdays=[NEW])
    there = workshop.sessions.filter(starts_at__date=IN_TWO_DAYS).get()
    SessionFactory(activity=shop, starts_at=there.starts_at + timedelta(hours=1))
    PlaceClosing.objects.create(
        place=workshop.place, first_on=IN_TWO_DAYS + 7 * DAY, last_on=IN_TWO_DAYS + 7 * DAY
    )
    page = change(samira, place, [NEW, (NEW + 1) % 7]).text
    assert "Second hand är från" in page
    assert "är stängt." in page
    assert "Corner har inte öppet på en" in page
    assert "Nya tider:" in page
    assert "Tider som försvinner:" in page
    place.refresh_from_db()
    assert (place.weekdays, place.ended_on) == ([OLD], None)


def test_robin_has_other_days_from_then_on_and_reads_it_on_idag(
    samira, acting, guide, robin, place, robin_person
):
    for _ in range(2):
        page = change(samira, place, [NEW], sure="yes")
        assert "Dagarna är ändrade. Robin ser det på Idag." in page.text
    before, after = Enrolment.objects.order_by("started_on")
    assert (before.ended_on, before.end_reason) == (IN_TWO_DAYS - DAY, "OTHER_DAYS")
    assert (after.started_on, after.weekdays, after.ended_on) == (IN_TWO_DAYS, [NEW], None)
    assert (after.owner_id, after.author) == (place.owner_id, guide.user)
    today = acting(robin).get(reverse("activities:today")).text
    assert "Corner har nya dagar för dig." in today
    session = after.activity.sessions.get(starts_at__date=IN_TWO_DAYS)
    reminded = Reminder.objects.filter(kind="session_tomorrow", subject_id=session.pk)
    assert [one.recipient_id for one in reminded] == [robin_person.pk]


def test_what_is_decided_stays_decided_and_only_who_may_decide_changes_it(
    acting, job_coach, samira, place, robin_person
):
    place.delete()
    decided = EnrolmentFactory(
        participant=robin_person,
        activity=place.activity,
        weekdays=[OLD],
        owner_id=place.owner_id,
        basis=Basis.MANDATED,
    )
    change(samira, decided, [NEW], sure="yes")
    assert set(Enrolment.objects.values_list("basis", flat=True)) == {"MANDATED"}
    page = reverse("activities:enrolment_days", args=[decided.public_id])
    assert acting(job_coach).get(page).status_code in {403, 404}


def test_what_cannot_be_changed_says_why(samira, acting, outsider, leader, place, guide):
    assert "Det är dagarna redan." in change(samira, place, [OLD]).text
    assert "Välj i dag eller en senare dag" in change(samira, place, [NEW], TODAY - DAY).text
    assert change(samira, place, []).status_code == 422
    for stranger in (outsider, leader):
        assert change(acting(stranger), place, [NEW]).status_code == 404
    taking_part.end_enrolment(enrolment=place, by=guide, ended_on=TODAY, reason="WORK")
    page = change(samira, place, [NEW], sure="yes").text
    assert "Platsen har ett slut" in page
    member = EnrolmentFactory(participant=ParticipantFactory())
    assert change(samira, member, [NEW]).status_code == 404
