"""A timetable knows who does not come; silence makes somebody ask, and never a reprimand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.expecting import coming
from activities.models import Absence, AbsenceReason, Attendance, Contract
from activities.services import absences, checking_in
from participants.models import Step
from portal.models import AuditEvent
from tests.activities.factories import ActivityFactory, AttendanceFactory, SessionFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def days_ago(activity, number):
    """Return a session of the activity that began so many days ago."""
    starts = timezone.now() - number * DAY - timedelta(hours=1)
    return SessionFactory(activity=activity, starts_at=starts, ends_at=starts + timedelta(hours=4))


@pytest.fixture
def today(workshop, enrolled):
    """Corner, which has been open for an hour and expects Robin."""
    return days_ago(workshop, 0)


def say(browser, session, reason="UNSAID"):
    url = reverse("activities:my_absence", args=[session.pk])
    return browser.post(url, {"reason": reason}, follow=True)


def note(browser, session, person, reason):
    url = reverse("activities:absence_note", args=[session.pk, person.public_id])
    return browser.post(url, {"reason": reason}, follow=True)


def silent(session, person, leader, *, now=None):
    return absences.note_absence(
        session=session,
        participant=person,
        by=leader,
        now=now or timezone.now(),
        reason=AbsenceReason.UNHEARD,
    )


def test_robin_says_no_without_saying_why_and_comes_after_all(acting, robin, robin_person, today):
    browser = acting(robin)
    assert (
        "Du behöver inte säga varför."
        in browser.get(reverse("activities:my_absence", args=[today.pk])).text
    )
    page = say(browser, today)
    assert "Tack för att du säger till." in page.text
    assert robin_person.pk not in coming([today.pk])[today.pk]
    assert "Jag kommer ändå" in browser.get(today.activity.get_absolute_url()).text
    browser.post(reverse("activities:my_absence_undo", args=[today.pk]))
    assert robin_person.pk in coming([today.pk])[today.pk]


def test_the_door_reads_what_robin_has_said_and_takes_robin_in_anyway(
    acting, leader, robin, robin_person, today
):
    say(acting(robin), today, "ILL")
    door = acting(leader).get(reverse("activities:session_door", args=[today.pk]))
    assert "kommer inte: Sjuk" in door.text
    acting(leader).post(reverse("activities:check_in", args=[today.pk, robin_person.public_id]))
    assert not Absence.objects.standing().exists()
    assert Attendance.objects.noted().get().participant == robin_person


def test_one_day_of_silence_asks_nothing_of_anybody(acting, leader, robin_person, today):
    page = note(acting(leader), today, robin_person, "UNHEARD")
    assert "kommer inte: Vi har inte hört något" in page.text
    assert not Step.objects.exists()


def test_two_days_of_silence_make_the_contact_get_in_touch(
    acting, leader, robin, robin_person, workshop, today, guide
):
    silent(days_ago(workshop, 0.4), robin_person, leader)
    note(acting(leader), today, robin_person, "UNHEARD")
    step = Step.objects.get()
    assert step.text == "Samira hör av sig och frågar hur du har det"
    assert (step.assignee, step.author) == (guide.membership, None)
    assert step.owner == guide.membership.unit.owner
    assert step.due_on > timezone.localdate()
    plan = acting(robin).get(reverse("participants:my_plan")).text
    assert step.text in plan
    for word in ("frånvaro", "missade", "uteblev"):
        assert word not in plan


def test_the_contact_is_asked_once_however_long_the_silence(
    leader, robin_person, workshop, enrolled
):
    for number in (0.4, 0.3, 0.2, 0.1):
        silent(days_ago(workshop, number), robin_person, leader)
    assert Step.objects.count() == 1


@pytest.mark.parametrize("between", ["came", "said so"])
def test_who_came_or_said_so_has_not_been_silent(leader, robin_person, workshop, enrolled, between):
    silent(days_ago(workshop, 0.4), robin_person, leader)
    middle = days_ago(workshop, 0.3)
    if between == "came":
        AttendanceFactory(session=middle, participant=robin_person)
        silent(days_ago(workshop, 0.2), robin_person, leader)
    else:
        absences.note_absence(
            session=middle,
            participant=robin_person,
            by=leader,
            now=timezone.now(),
            reason=AbsenceReason.ILL,
        )
    assert not Step.objects.exists()


def test_a_slip_at_the_door_takes_the_care_back_with_it(
    acting, leader, robin_person, workshop, today
):
    silent(days_ago(workshop, 0.4), robin_person, leader)
    note(acting(leader), today, robin_person, "UNHEARD")
    undo = reverse("activities:absence_undo", args=[today.pk, robin_person.public_id])
    acting(leader).post(undo)
    assert not Step.objects.open().exists()
    assert Absence.objects.standing().count() == 1


def test_nobody_can_be_silent_before_it_begins(acting, leader, robin_person, workshop, enrolled):
    later = days_ago(workshop, -0.1)
    page = acting(leader).get(
        reverse("activities:absence_note", args=[later.pk, robin_person.public_id])
    )
    assert "Vi har inte hört något" not in page.text
    with pytest.raises(absences.SessionNotBegun):
        silent(later, robin_person, leader)


@pytest.mark.parametrize("contract", [Contract.DAY_BY_DAY, Contract.MEMBER])
def test_day_by_day_and_for_members_nobody_is_away(acting, leader, robin, robin_person, contract):
    """Kämpen and Fontänhuset have no absence, not as a word and not as a row."""
    place = ActivityFactory(organiser=leader.membership.unit, contract=contract)
    session = SessionFactory(activity=place)
    assert "Du är inte väntad där" in say(acting(robin), session).text
    with pytest.raises(absences.NotExpected):
        silent(session, robin_person, leader)
    door = acting(leader).get(reverse("activities:session_door", args=[session.pk])).text
    assert "Kommer inte" not in door
    assert not Absence.objects.exists()


def test_who_is_here_is_not_away(leader, robin_person, today):
    checking_in.check_in(session=today, participant=robin_person, by=leader, now=timezone.now())
    with pytest.raises(absences.IsHere):
        silent(today, robin_person, leader)


def test_each_word_of_it_is_a_line_that_the_person_reads(acting, leader, robin_person, today):
    note(acting(leader), today, robin_person, "ILL")
    line = AuditEvent.objects.get(subject="absence")
    assert line.participants == [robin_person.pk]


def test_saying_it_again_changes_the_reason_and_stays_one_row(acting, robin, today):
    for reason in ("UNSAID", "OTHER_TIME"):
        say(acting(robin), today, reason)
    assert Absence.objects.get().reason == AbsenceReason.OTHER_TIME
    assert say(acting(robin), today, "UNHEARD").status_code == 422


def test_a_day_with_absences_costs_as_many_queries_as_one_without(
    acting, leader, robin_person, workshop, today, queries_of
):
    browser = acting(leader)
    page = reverse("activities:session_door", args=[today.pk])
    one = queries_of(browser, page)
    silent(today, robin_person, leader)
    assert queries_of(browser, page) == one <= 12


def test_robins_idag_costs_no_more_for_it(acting, robin, today, queries_of):
    browser = acting(robin)
    page = reverse("activities:today")
    one = queries_of(browser, page)
    say(browser, today)
    assert queries_of(browser, page) == one <= 12
