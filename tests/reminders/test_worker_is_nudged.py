"""Who works here hears of what waits, seldom and in one letter; the person does nothing for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employers.models import PlacementFollowUp
from participants.models import Caseload, Handover
from participants.notifications import mornings, out_of_touch
from portal.permissions import Role
from portal.reminders import kinds, planning, preferences, times
from portal.reminders.models import Channel, Reminder, Status
from tests.factories import (
    ContactFactory,
    DecisionFactory,
    EmployerAskFactory,
    HandoverFactory,
    MembershipFactory,
    ParticipantFactory,
    PlacementFactory,
    StepFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def monday():
    """The next Monday: whoever was registered two weeks before it has been here a while today."""
    return out_of_touch.monday_of(timezone.localdate()) + 7 * DAY


@pytest.fixture
def sweep(clock):
    """Let the sweep run as a day begins; return what it planned about silence."""

    def on(day):
        clock(times.midnight(day) + MINUTE)
        planning.sweep()
        rows = Reminder.objects.filter(kind__startswith="no_contact", status=Status.PLANNED)
        return sorted(rows.values_list("kind", "recipient_id"))

    return on


def eight(monday):
    return times.instant(out_of_touch.said_on(monday), out_of_touch.MORNING)


def test_a_guide_hears_once_of_all_whom_nobody_was_in_touch_with(guide, monday, sweep, dispatch):
    for days in (14, 17, 20):  # the week that has passed; those of 13 and 21 have another Monday
        since = times.midnight(monday - days * DAY)
        ParticipantFactory(main_contact=guide.membership, registered_at=since)
    on = out_of_touch.said_on(monday)
    assert sweep(on - DAY) == []
    assert sweep(on) == [("no_contact", guide.user_id)]
    _counts, [mail] = dispatch(eight(monday) + MINUTE)
    assert mail.to == [guide.user.email]
    assert mail.body.startswith("Hej! Du och någon på din lista har inte hörts på två veckor")
    assert "Robin" not in mail.body
    assert sweep(out_of_touch.said_on(monday + 7 * DAY)) == []


def test_a_monday_that_nobody_swept_costs_no_letter_and_makes_no_second(guide, monday, sweep):
    since = times.midnight(monday - 16 * DAY)
    ParticipantFactory(main_contact=guide.membership, registered_at=since)
    on = out_of_touch.said_on(monday)
    for day in (on + DAY, on + 2 * DAY, on):
        assert sweep(day) == [("no_contact", guide.user_id)]
    assert Reminder.objects.filter(kind="no_contact").count() == 1


def test_after_three_days_it_waits_for_the_next_week(guide, monday, sweep):
    since = times.midnight(monday - 16 * DAY)
    ParticipantFactory(main_contact=guide.membership, registered_at=since)
    assert sweep(out_of_touch.said_on(monday) + out_of_touch.STALE) == []


@pytest.mark.parametrize(("days", "told"), [(-1, True), (0, True), (1, False), (30, False)])
def test_who_has_a_pause_is_not_spoken_of_before_it_ends(guide, monday, sweep, days, told):
    since = times.midnight(monday - 16 * DAY)
    person = ParticipantFactory(main_contact=guide.membership, registered_at=since)
    on = out_of_touch.said_on(monday)
    preferences.choose(
        recipient=kinds.participant(person.pk), by=guide, paused_until=on + days * DAY
    )
    assert bool(sweep(on)) == told


def test_after_a_long_pause_the_guide_hears_that_week_and_the_manager_not_yet(
    guide, manager, monday, clock
):
    def weeks(number):
        clock(eight(monday + number * 7 * DAY))
        told = {out_of_touch.NO_CONTACT: guide, out_of_touch.NO_CONTACT_LONG: manager}
        return [who for kind, who in told.items() if kind.due([who.membership.pk])]

    since = times.midnight(monday - 40 * DAY)
    person = ParticipantFactory(main_contact=guide.membership, registered_at=since)
    preferences.choose(recipient=kinds.participant(person.pk), by=guide, paused_until=monday - DAY)
    assert [weeks(number) for number in range(5)] == [[guide], [], [], [manager], []]


@pytest.mark.parametrize(
    ("days", "told"), [(13, False), (14, True), (21, False), (44, True), (45, True), (51, False)]
)
def test_of_each_person_it_is_said_once_a_month(guide, monday, clock, days, told):
    since = times.midnight(monday - days * DAY)
    ParticipantFactory(main_contact=guide.membership, registered_at=since)
    clock(eight(monday))
    assert (guide.membership.pk in out_of_touch.NO_CONTACT.due([guide.membership.pk])) == told


def test_a_call_on_sunday_leaves_nothing_to_say(guide, monday, sweep, dispatch):
    since = times.midnight(monday - 16 * DAY)
    person = ParticipantFactory(main_contact=guide.membership, registered_at=since)
    assert sweep(out_of_touch.said_on(monday)) == [("no_contact", guide.user_id)]
    ContactFactory(participant=person, author=guide.user, occurred_at=eight(monday) - DAY)
    assert dispatch(eight(monday) + MINUTE)[1] == []


def test_after_a_month_the_manager_of_the_unit_hears_of_it_once(guide, manager, monday, sweep):
    other = MembershipFactory(unit=guide.membership.unit)
    elsewhere = MembershipFactory(role=Role.MANAGER)
    for contact in (guide.membership, other):
        since = times.midnight(monday - 32 * DAY)
        ParticipantFactory(main_contact=contact, registered_at=since)
    assert manager.membership.unit == guide.membership.unit
    planned = sweep(out_of_touch.said_on(monday))
    assert planned == [("no_contact_long", manager.user_id)]
    assert elsewhere.user_id not in dict(planned).values()


@pytest.fixture
def today(clock):
    """A working day to come, as its morning begins: what plans a row has a clock of its own."""
    day = timezone.localdate() + DAY
    while not times.is_working(day):
        day += DAY
    clock(times.instant(day, mornings.EARLY))
    return day


@pytest.fixture
def morning(guide):
    """Return what Samira reads in the morning."""

    def read():
        kind, mine = mornings.MORNING_LIST, guide.membership.pk
        due = kind.due([mine]).get(mine)
        return kind.text(due, *kind.recipients([mine])[mine]).text if due else ""

    Caseload.objects.filter(membership_id=guide.membership.pk).update(is_new=False)
    return read


def known(guide):
    """Somebody whom Samira has met."""
    person = ParticipantFactory(main_contact=guide.membership)
    ContactFactory(participant=person)
    return person


def test_a_morning_in_a_line_counts_what_waits_and_says_nothing_when_nothing_does(
    guide, robin_person, today, morning
):
    assert mornings.MORNING_LIST.on_request
    Caseload.objects.filter(participant=robin_person).update(is_new=False)
    assert morning() == ""
    for days in (-1, 0, 0, 1):
        StepFactory(participant=known(guide), due_on=today + days * DAY)
    Caseload.objects.update(is_new=False)
    assert morning() == "God morgon! 1 väntar på dig, 2 steg i dag. Logga in när det passar dig."


def test_a_first_meeting_begins_the_line(guide, today, morning, dispatch):
    asked = {"morning_list": Channel.EMAIL}
    preferences.choose(recipient=kinds.staff(guide.user_id), by=guide, kinds=asked)
    met = HandoverFactory(participant=known(guide), meets_on=today)
    HandoverFactory(participant=known(guide), meets_on=today + DAY)
    planning.sweep()
    _counts, sent = dispatch(times.instant(today, mornings.EARLY) + MINUTE)
    [said] = [mail.body for mail in sent if mail.subject == "Din morgon"]
    assert said.startswith("God morgon! 1 möte i dag. Logga in när det passar dig.")
    Handover.objects.filter(pk=met.pk).update(met_at=timezone.now())
    assert morning() == ""


def test_late_answers_follow_ups_and_calls_to_employers_are_counted_too(guide, today, morning):
    person = known(guide)
    asked = {"participant": person, "asked_on": today - 30 * DAY}
    DecisionFactory(**asked, expected_on=today - DAY)
    DecisionFactory(**asked, expected_on=today)
    place = PlacementFactory(participant=person, supporter=guide.membership)
    for day in (today, times.working_day_after(today, 1)):
        PlacementFollowUp.objects.create(placement=place, due_on=day)
    EmployerAskFactory(asker=guide.membership, ring_on=today)
    EmployerAskFactory(asker=guide.membership, ring_on=today + DAY)
    assert morning().startswith("God morgon! 1 svar dröjer, 1 uppföljning, 1 att ringa. Logga")


def test_the_contact_s_morning_counts_what_who_watched_it_reads_no_longer(guide, today, morning):
    DecisionFactory(
        participant=known(guide),
        asked_on=today - 30 * DAY,
        expected_on=today - DAY,
        watcher=MembershipFactory(),
    )
    assert morning().startswith("God morgon! 1 svar dröjer. Logga")
