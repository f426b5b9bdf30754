"""What a row goes through: planned again, stopped on its way, judged by a kind that fails."""

import dataclasses
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.models import User
from portal.reminders import kinds, planning, times
from portal.reminders.channels import Outcome
from portal.reminders.models import (
    Channel,
    Line,
    Reason,
    Reminder,
    ReminderAttempt,
    Status,
    Wish,
)
from portal.reminders.sending import claims, dispatcher, judging, outcomes
from tests.database import app_role
from tests.factories import UserFactory
from tests.reminders import probe

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(probe_kind):
    made = UserFactory(created_at=timezone.now() - timedelta(minutes=1))
    planning.plan(probe_kind, [made.pk])
    return made


def the_row():
    return Reminder.objects.get()


def unwant(user):
    User.objects.filter(pk=user.pk).update(hours=probe.UNWANTED)
    planning.plan(probe.PROBE, [user.pk])


def want(user):
    User.objects.filter(pk=user.pk).update(hours="")
    planning.plan(probe.PROBE, [user.pk])


def test_what_is_cancelled_and_wanted_again_is_one_row_and_is_sent(user):
    unwant(user)
    assert the_row().status == Status.CANCELLED
    assert dispatcher.run() == {"claimed": 0}
    want(user)
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}
    want(user)
    assert (the_row().status, len(mail.outbox)) == (Status.ACCEPTED, 1)


def test_cancelled_on_its_way_it_keeps_its_true_outcome(user):
    [claim] = claims.take([Channel.EMAIL])
    unwant(user)
    assert the_row().stopped_at
    outcomes.begin([claim])
    assert outcomes.write(claim, Outcome(Line.ACCEPTED, "250")) == "accepted"
    assert the_row().status == Status.ACCEPTED


@pytest.mark.parametrize("line", [Line.TRANSIENT, Line.UNKNOWN])
def test_cancelled_on_its_way_it_is_never_tried_again(user, line):
    [claim] = claims.take([Channel.EMAIL])
    unwant(user)
    assert outcomes.write(claim, Outcome(line)) == "cancelled"
    assert dispatcher.run() == {"claimed": 0}


@pytest.mark.parametrize("line", [Line.UNKNOWN, None], ids=["unknown", "killed"])
def test_stopped_on_its_way_and_wanted_again_the_repeat_is_counted(user, line):
    [claim] = claims.take([Channel.EMAIL])
    outcomes.begin([claim])
    unwant(user)
    if line:
        assert outcomes.write(claim, Outcome(line)) == "cancelled"
    else:
        Reminder.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        assert dispatcher.run() == {"claimed": 1, "cancelled": 1}
    want(user)
    assert dispatcher.run() == {"claimed": 1, "accepted": 1, "repeats": 1}
    assert the_row().repeats == 1


def test_a_letter_that_may_have_gone_never_goes_another_way(user):
    who = {"recipient_kind": "STAFF", "recipient_id": user.pk}
    Wish.objects.create(**who, sms_since=timezone.now())
    User.objects.filter(pk=user.pk).update(phone="+46701740605")
    for line in [Line.UNKNOWN, *[Line.TRANSIENT] * 7]:
        Reminder.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        with transaction.atomic():
            [claim] = claims.take([Channel.EMAIL])
            [(claim, _letter)] = judging.judge([claim], Counter())
        outcomes.begin([claim])
        ended = outcomes.write(claim, Outcome(line))
    row = the_row()
    assert (ended, row.channel, row.reason) == ("given_up", Channel.EMAIL, Reason.UNKNOWN)


def test_cancelled_on_its_way_and_wanted_again_it_is_tried_again(user):
    [claim] = claims.take([Channel.EMAIL])
    unwant(user)
    want(user)
    assert outcomes.write(claim, Outcome(Line.TRANSIENT)) == "planned"


def test_planning_again_does_not_shorten_a_wait(user):
    [claim] = claims.take([Channel.EMAIL])
    outcomes.write(claim, Outcome(Line.TRANSIENT))
    waits = the_row().next_at
    planning.plan(probe.PROBE, [user.pk])
    assert the_row().next_at == waits


def test_a_wait_never_goes_past_the_time_when_silence_is_better(user, settings):
    settings.REMINDER_WAIT = 10**9
    settings.REMINDER_LONGEST_WAIT = 10**9
    [claim] = claims.take([Channel.EMAIL])
    outcomes.write(claim, Outcome(Line.TRANSIENT))
    assert the_row().next_at <= the_row().not_after


def test_waits_double_and_end_at_half_an_hour(settings):
    for attempt in range(1, 30):
        longest = min(1800, 30 * 2 ** (attempt - 1))
        waits = [outcomes.wait_after(attempt).total_seconds() for _ in range(50)]
        assert 0 <= min(waits) < max(waits) <= longest


def test_a_change_that_is_rolled_back_plans_nothing(probe_kind):
    made = UserFactory(created_at=timezone.now())
    with transaction.atomic():
        planning.plan(probe_kind, [made.pk])
        transaction.set_rollback(True)
    assert not Reminder.objects.exists()


def test_a_kind_that_fails_takes_no_other_kind_with_it(user, robin_person):
    broken = dataclasses.replace(probe.PROBE, code="broken", due=lambda ids: 1 / 0)
    kinds.registry.kinds["broken"] = dataclasses.replace(probe.PROBE, code="broken")
    planning.plan(kinds.registry.kinds["broken"], [user.pk])
    kinds.registry.kinds["broken"] = broken
    try:
        assert dispatcher.run() == {"claimed": 2, "planned": 1, "accepted": 1}
    finally:
        del kinds.registry.kinds["broken"]
    waiting = Reminder.objects.get(kind="broken")
    assert (waiting.status, waiting.attempt) == (Status.PLANNED, 1)


def test_a_kind_that_this_process_does_not_know_yet_waits(user, probe_kind):
    Reminder.objects.update(kind="of_tomorrow")
    assert dispatcher.run() == {"claimed": 1, "planned": 1}


def test_a_withdrawal_stands_whatever_is_planned(user, robin_person):
    Reminder.objects.update(kind="of_tomorrow", participant_id=robin_person.pk)
    planning.replan(robin_person.pk)
    assert the_row().status == Status.PLANNED  # held back when it falls due


def test_at_night_it_waits_for_morning_and_no_try_is_used_up(clock, probe_kind):
    resting = dataclasses.replace(
        probe_kind,
        due=lambda ids: {
            one.pk: kinds.Due(one.created_at, one.created_at + timedelta(hours=20))
            for one in User.objects.filter(pk__in=ids)
        },
        rests=True,
    )
    evening = times.instant(times.local(timezone.now()).date().replace(year=2037), times.QUIET_FROM)
    made = UserFactory(created_at=evening - timedelta(hours=1))
    planning.plan(resting, [made.pk])
    kinds.registry.kinds[resting.code] = resting
    clock(evening + timedelta(hours=1))
    assert dispatcher.run() == {"claimed": 1, "planned": 1}
    row = the_row()
    assert (times.local(row.next_at).hour in {8, 10}, row.attempt) == (True, 0)
    clock(row.next_at)
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}


def test_what_an_earlier_process_got_accepted_is_not_sent_again(user):
    [claim] = claims.take([Channel.EMAIL])
    outcomes.begin([claim])
    ReminderAttempt.objects.create(
        reminder_id=claim.pk, lease_token=claim.token, line=Line.ACCEPTED
    )
    Reminder.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}
    assert mail.outbox == []


def test_urgent_ones_go_first(probe_kind, settings):
    settings.REMINDER_AT_ONCE = 1
    later = dataclasses.replace(probe_kind, code="later", priority=1)
    now = timezone.now()
    first, second = (UserFactory(created_at=now - timedelta(minutes=age)) for age in (9, 1))
    planning.plan(later, [first.pk])
    planning.plan(probe_kind, [second.pk])
    assert [one.kind for one in claims.take([Channel.EMAIL])] == ["probe"]
    assert [one.kind for one in claims.take([Channel.EMAIL])] == ["later"]


def test_two_kinds_of_one_name_are_refused(probe_kind):
    with pytest.raises(ValueError, match="probe"):
        kinds.register(dataclasses.replace(probe_kind))


@pytest.mark.parametrize("model", [Reminder, ReminderAttempt])
def test_the_web_cannot_delete_what_was_said(user, model):
    with app_role(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_the_web_cannot_change_an_attempt(user):
    with app_role(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ReminderAttempt.objects.update(line=Line.ACCEPTED)


def test_only_open_rows_are_looked_at_in_their_order(user):
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):  # of a table with one row
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        cursor.execute("EXPLAIN " + claims.CLAIM, [0, ["EMAIL"], 16, 90])
        plan = "\n".join(line for (line,) in cursor.fetchall())
        late = Reminder.objects.late().order_by("ready_at")[:1].explain()
    assert "reminder_to_look_at" in plan
    assert "reminder_late_since" in late
    assert "Sort" not in plan + late
    [looked_at] = [line for line in plan.splitlines() if "Index Cond" in line and "next_at" in line]
    assert "channel" in looked_at, "what waits for another way is passed without a look at its rows"
