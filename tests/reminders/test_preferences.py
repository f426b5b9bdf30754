"""Who decides what comes when: the person, again and again, and the last word counts."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Contract
from participants.models import Participant, Protection, Step
from participants.notifications.steps import STEP_DUE, plan_step
from participants.services.taking_over import take_over
from portal.actor import Actor
from portal.context import Purpose, as_system
from portal.models import AuditEvent, Membership, User
from portal.reminders import handing_over, kinds, planning, preferences, times
from portal.reminders.models import Channel, Reminder, Status, Wish
from tests.activities.factories import ActivityFactory, EnrolmentFactory
from tests.factories import MembershipFactory, ParticipantFactory, StepFactory, UserFactory
from tests.reminders.test_step_due import DAY, FOUR, MINUTE, written
from tests.sign_in.gateway import gateway


@pytest.fixture
def robin(guide):
    return ParticipantFactory(
        first_name="Robin",
        email="robin@example.org",
        phone="+46701740605",
        main_contact=guide.membership,
        user=UserFactory(username="robin", email="robin@example.org"),
    )


def test_stop_ends_sms_for_everybody_who_has_the_number(robin, guide, db):
    kim = ParticipantFactory(phone="+46701740605", email="", main_contact=guide.membership)
    other = ParticipantFactory(phone="+46701740606", main_contact=guide.membership)
    for one in (robin, kim, other):
        preferences.choose(
            recipient=kinds.participant(one.pk),
            by=guide,
            channel=Channel.SMS,
            kinds={"step_due": Channel.SMS},
        )
    assert preferences.stop_sms("+46701740605") == 2
    assert preferences.stop_sms("+46701740605") == 0, "said once is enough"
    for one in (robin, kim):
        wish = Wish.objects.get(participant_id=one.pk)
        assert (wish.channel, wish.sms_since, wish.kinds) == ("", None, {"step_due": ""})
        assert wish.sms_stopped_at
    assert Wish.objects.get(participant_id=other.pk).sms_since
    told = AuditEvent.objects.filter(subject="wish", participants=[robin.pk], user_id=None)
    assert told.count() == 1, "and the person reads it"
    preferences.choose(recipient=kinds.participant(kim.pk), by=guide, channel=Channel.SMS)
    assert Wish.objects.get(participant_id=kim.pk).sms_stopped_at is None, "a new yes counts"


@pytest.fixture
def step(robin):
    """Robin's own step, spoken of the day before at four."""
    return written(robin)


def choose(person, guide, **chosen):
    preferences.choose(recipient=kinds.participant(person.pk), by=guide, **chosen)


def row_of(step):
    return Reminder.objects.get(kind="step_due", subject_id=step.pk)


def test_a_call_becomes_one_step_a_day_for_the_contact_who_is_told_at_once(
    robin, guide, dispatch, step
):
    choose(robin, guide, channel=Channel.CALL)
    written(robin, due_on=DAY + timedelta(days=1))
    assert [one.channel for one in Reminder.objects.order_by("pk")] == ["CALL", "CALL"]
    counts, _sent = dispatch(FOUR + MINUTE)
    assert (counts["suppressed"], row_of(step).reason) == (1, "BY_HAND")
    taken = Step.objects.get(assignee=guide.membership)
    assert taken.text == "Samira ringer dig om ett steg."
    assert taken.author is None
    dispatch(FOUR + timedelta(days=1))
    assert Step.objects.filter(assignee=guide.membership).count() == 1, "the clock of the house"
    assert Reminder.objects.get(kind="step_taken_over").recipient_id == guide.user_id


@pytest.mark.parametrize(
    ("not_after", "due_on"),
    [
        (date(2037, 3, 8), date(2037, 3, 7)),  # of a time on Sunday, said on Saturday
        (date(2037, 3, 20), date(2037, 3, 9)),
        (date(2037, 3, 7), date(2037, 3, 7)),  # too late, and so at once
    ],
)
def test_a_call_is_made_in_time_also_on_a_saturday(robin, guide, not_after, due_on):
    owed = kinds.Owed(robin.pk, STEP_DUE, times.midnight(not_after))
    saturday = times.instant(date(2037, 3, 7), time(16))
    with time_machine.travel(saturday, tick=False), as_system(Purpose.REMINDERS):
        take_over(owed)
    assert Step.objects.get(assignee=guide.membership).due_on == due_on


def test_what_fails_after_samira_has_rung_is_asked_of_her_once_more(robin, guide):
    owed = kinds.Owed(robin.pk, STEP_DUE, timezone.now() + timedelta(days=1))
    with as_system(Purpose.REMINDERS):
        take_over(owed)
        Step.objects.filter(assignee=guide.membership).update(
            finished_at=timezone.now(), finished_by=guide.user
        )
        take_over(owed)
        take_over(owed)
    assert Step.objects.filter(assignee=guide.membership).count() == 2


def test_many_whom_nobody_can_be_asked_about_hide_nobody(robin, guide, step):
    owed = {"is_owed": True, "status": Status.FAILED, "ended_at": timezone.now()}
    Reminder.objects.filter(subject_id=step.pk).update(**owed)
    row = row_of(step)
    gone = MembershipFactory(ended_at=timezone.now())
    for person in ParticipantFactory.create_batch(handing_over.AT_ONCE, main_contact=gone):
        row.pk, row.public_id = None, uuid4()
        row.participant_id = row.recipient_id = person.pk
        row.save(force_insert=True)
    assert any(handing_over.hand_over() for _turn in range(20))
    assert Step.objects.get(assignee=guide.membership).participant == robin


def test_what_the_machine_cannot_hand_over_is_handed_over_later(robin, guide, dispatch, step):
    """Nobody leads the unit and the contact has left: the row waits, and is not forgotten."""
    choose(robin, guide, channel=Channel.LETTER)
    Membership.objects.filter(pk=guide.membership.pk).update(ended_at=timezone.now())
    dispatch(FOUR + MINUTE)
    assert row_of(step).is_owed
    assert not Step.objects.exclude(pk=step.pk).exists()
    Membership.objects.filter(pk=guide.membership.pk).update(ended_at=None)
    assert handing_over.hand_over() == 1
    assert handing_over.hand_over() == 0
    assert Step.objects.get(assignee=guide.membership).text.startswith(
        "Samira skriver ett brev till dig om"
    )


def test_an_address_that_refuses_gives_way_to_the_next_and_after_two_is_used_no_more(
    robin, guide, dispatch, settings
):
    first, second, third = (written(robin, due_on=DAY + n * timedelta(days=1)) for n in range(3))
    choose(robin, guide, channel=Channel.SMS)
    with gateway(status=400) as server:
        settings.SMS_URL = server.url
        for number, one in enumerate((first, second)):
            _counts, [mail] = dispatch(FOUR + MINUTE + number * timedelta(days=1))
            assert mail.to == ["robin@example.org"]
            assert (row_of(one).status, row_of(one).channel) == (Status.ACCEPTED, Channel.EMAIL)
        assert len(server.received) == 2
        assert Wish.objects.get().phone_failures == 2
        dispatch(FOUR + MINUTE + timedelta(days=2))
        assert len(server.received) == 2, "a number that does not answer is left alone"
        assert row_of(third).status == Status.ACCEPTED
    Participant.objects.filter(pk=robin.pk).update(phone="+46701740607")
    assert Wish.objects.get().phone_failures == 0, "another number is tried afresh"


def test_when_no_way_is_left_the_contact_takes_over(robin, guide, dispatch, settings, step):
    Participant.objects.filter(pk=robin.pk).update(email="")
    User.objects.filter(pk=robin.user_id).update(email=None)
    choose(robin, guide, channel=Channel.SMS)
    with gateway(status=400) as server:
        settings.SMS_URL = server.url
        dispatch(FOUR + MINUTE)
    assert (row_of(step).status, row_of(step).reason) == (Status.FAILED, "REFUSED")
    assert Step.objects.filter(assignee=guide.membership).count() == 1
    assert not Reminder.objects.filter(is_owed=True).exists()


def test_sms_goes_only_after_a_yes_and_says_the_least_on_a_shared_phone(
    robin, guide, dispatch, settings, step
):
    written(robin, due_on=DAY + timedelta(days=1))
    with gateway() as server:
        settings.SMS_URL = server.url
        assert len(dispatch(FOUR + MINUTE)[1]) == 1
        choose(robin, guide, channel=Channel.SMS, shares_phone=True, language="en")
        dispatch(FOUR + MINUTE + timedelta(days=1))
    [(_path, _known, told)] = server.received
    assert told["message"] == (
        "Hi! There is something new for you. Sign in and read it, or call 040-628 04 00."
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"channel": Channel.NONE}, "NOT_ASKED_FOR"),
        ({"kinds": {"step_due": Channel.NONE}}, "NOT_ASKED_FOR"),
        ({"paused_until": DAY + timedelta(days=9)}, "PAUSED"),
        ({"protection": Protection.MARKED}, "PROTECTED"),
        ({"email": ""}, "NO_ADDRESS"),
        ({"closed_at": FOUR}, "NOT_WANTED"),
    ],
)
def test_what_changes_between_the_plan_and_the_hour_counts(
    robin, guide, dispatch, step, change, reason
):
    of_the_person = {"protection", "email", "closed_at"} & change.keys()
    if of_the_person:
        nothing = {"email": "", "phone": "", "unit": None} if "protection" in change else {}
        Participant.objects.filter(pk=robin.pk).update(**nothing, **change)
        User.objects.filter(pk=robin.user_id).update(email=None)
    else:
        choose(robin, guide, **change)
    planning.sweep()
    assert dispatch(FOUR + MINUTE)[1] == []
    assert (row_of(step).status, row_of(step).reason) == (Status.SUPPRESSED, reason)


def test_a_pause_that_ends_in_time_only_waits(robin, guide, dispatch):
    step = written(robin, due_on=DAY)
    planned = row_of(step)
    choose(robin, guide, paused_until=DAY - timedelta(days=1))  # the very day it is due
    assert len(dispatch(FOUR + MINUTE)[1]) == 1
    assert row_of(step).due_at == planned.due_at


def test_a_changed_choice_moves_the_row_and_never_makes_a_second(robin, guide, step):
    before = row_of(step)
    choose(robin, guide, channel=Channel.SMS, quiet_from=time(15), quiet_until=time(11))
    planning.sweep()
    plan_step(step)
    [after] = Reminder.objects.all()
    assert (after.pk, after.due_at, after.channel) == (before.pk, before.due_at, Channel.SMS)
    assert after.next_at == times.instant(DAY - timedelta(days=1), time(14, 55)), "and in time"
    choose(robin, guide, channel="", quiet_from=None, quiet_until=None)
    [after] = Reminder.objects.all()
    assert (after.next_at, after.channel) == (FOUR, Channel.EMAIL)


@given(
    st.datetimes(times.local(FOUR).replace(tzinfo=None), datetime(2039, 1, 1)),  # noqa: DTZ001
    st.integers(14, 20),
    st.integers(8, 12),
    st.timedeltas(timedelta(minutes=1), timedelta(days=3)),
)
def test_own_quiet_hours_hold_ours_and_more(wall, begins, ends, lasts):
    moment, own = wall.replace(tzinfo=UTC), times.Rest(time(begins), time(ends))
    ours, theirs = times.quiet_around(moment), times.quiet_around(moment, own)
    if ours:
        assert theirs
        assert theirs[0] <= ours[0] < ours[1] <= theirs[1]
    leaves = times.not_in_the_quiet(moment, moment + lasts, own)
    assert times.quiet_around(leaves, own) is None
    assert leaves < moment + lasts
    assert leaves == moment or theirs


def test_colleagues_choose_for_themselves_and_a_pause_holds_while_they_are_away(
    robin, guide, dispatch
):
    step = written(robin, assignee=guide.membership)
    preferences.choose(
        recipient=kinds.staff(guide.user_id), by=guide, paused_until=DAY + timedelta(days=7)
    )
    assert dispatch(FOUR + MINUTE)[1] == []
    assert row_of(step).reason == "PAUSED"


def test_robin_chooses_sms_and_no_word_of_steps_and_takes_a_pause(robin, acting, guide, settings):
    settings.SMS_URL = "http://a:b@127.0.0.1:9/a1"
    page, browser = reverse("participants:my_messages"), acting(Actor(robin.user))
    looks = browser.get(page).text
    assert "SMS till 070-174 06 05" in looks.replace("\N{NO-BREAK SPACE}", " ")
    assert "Stämmer numret?" in looks
    browser.post(reverse("participants:my_number"))
    assert "Stämmer numret?" not in browser.get(page).text
    on = timezone.localdate() + timedelta(days=7)
    answer = browser.post(
        page,
        {"channel": "SMS", "shares_phone": "ja", "quiet_from": "18:00:00", "quiet_until": ""}
        | {"language": "en", "paused_until": on.isoformat()}
        | {"about_step_due": "NONE", "about_session_in_two_hours": "AS_ABOVE"},
    )
    assert answer.status_code == 302
    wish = Wish.objects.get()
    assert (wish.channel, wish.shares_phone, wish.language) == ("SMS", True, "en")
    assert (wish.quiet_from, wish.quiet_until, wish.paused_until) == (time(18), None, on)
    assert wish.kinds == {"step_due": "NONE", "session_in_two_hours": ""}
    assert wish.sms_since
    assert browser.post(page, {"channel": "CODE"}).status_code == 422
    other = {"channel": "SMS", "language": "sv", "about_step_due": "CODE"}
    assert browser.post(page, other).status_code == 422
    assert browser.post(page, {"paused_until": "2020-01-01"}).status_code == 422


def test_samira_reads_before_she_saves_that_no_message_finds_robin(robin, acting, guide, settings):
    settings.SMS_URL = "http://a:b@127.0.0.1:9/a1"
    browser = acting(guide)
    step_page = reverse("participants:step_write", args=[robin.public_id])
    record = reverse("person_record", args=[robin.public_id])
    place = EnrolmentFactory(
        participant=robin,
        activity=ActivityFactory(contract=Contract.SCHEDULE),
        weekdays=[0],
        owner_id=guide.organisation_id,
    )
    before_saving = [
        *(step_page, record),
        reverse("participants:contact_write", args=[robin.public_id]),
        reverse("participants:step_move", args=[StepFactory(participant=robin).public_id]),
        reverse("activities:enrolment_add", args=[robin.public_id]),
        reverse("activities:enrolment_days", args=[place.public_id]),
    ]
    for page in before_saving:
        assert "Kan inte nås" not in browser.get(page).text
    browser.post(
        reverse("participants:person_address", args=[robin.public_id]),
        {"phone": "070-174 06 07", "email": ""},
    )
    User.objects.filter(pk=robin.user_id).update(email=None)
    for page in before_saving:
        assert "har inte sagt ja till SMS" in browser.get(page).text
    page = reverse("participants:person_messages", args=[robin.public_id])
    assert browser.post(page, {"channel": "SMS", "language": "sv"}).status_code == 302
    assert Wish.objects.get().sms_since
    assert "Kan inte nås" not in browser.get(step_page).text
    told = AuditEvent.objects.filter(subject="wish", participants=[robin.pk], user_id=guide.user_id)
    assert told.exists()
    choose(robin, guide, channel=Channel.NONE)
    assert "Vill inte ha några meddelanden" in browser.get(step_page).text


def test_a_colleague_away_pauses_what_is_sent(acting, guide):
    page, browser = reverse("own_messages"), acting(guide)
    on = timezone.localdate() + timedelta(days=9)
    assert "Kontakten ringer" not in browser.get(page).text
    assert (
        browser.post(page, {"channel": "EMAIL", "language": "sv", "paused_until": on}).status_code
        == 302
    )
    assert Wish.objects.get(recipient_id=guide.user_id).paused_until == on
