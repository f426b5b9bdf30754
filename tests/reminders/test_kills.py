"""Processes that end without a word: nothing is lost, and a repeat carries the same Message-ID."""

import signal
import time
from datetime import timedelta

import pytest
from django.db import connection

from portal.reminders.models import Line, Reminder, ReminderAttempt, Status
from tests.database import app_role
from tests.reminders.nursery import AT_LEISURE
from tests.size import NIGHTLY

pytestmark = pytest.mark.django_db(transaction=True)

# where a process ends: how many of the four were accepted by then, and may go a second time
STEPS = {
    "after_claim": (0, 0),
    "before_call": (0, 4),
    "after_call": (4, 4),
    "before_outcome": (4, 4),
    "after_outcome": (4, 3),
}


@pytest.mark.parametrize("step", STEPS if NIGHTLY else ["before_call", "before_outcome"])
def test_a_sender_killed_at_any_step_loses_nothing(
    start, mail_server, tell, all_ended, until, step
):
    told = tell(*["well"] * 4)
    dying = start("once", steps={step: signal.SIGKILL})
    assert dying.wait() == -signal.SIGKILL

    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 4}
    _at_least, repeated = STEPS[step]
    assert Reminder.objects.filter(repeats=1).count() <= repeated
    assert set(mail_server.copies) == set(told)
    if step == "after_claim":
        assert set(mail_server.copies.values()) == {1}


def test_of_150_reminders_none_is_lost_while_senders_are_killed(
    start, mail_server, tell, all_ended, until
):
    mail_server.delay = 0.05
    told = tell(*["well"] * 150)
    seed = 20261122
    hive = start("hive", 3, 12, seed)
    until(lambda: hive.wrote("killed 12"), 20)
    ended = all_ended()
    assert set(ended) <= {"ACCEPTED", "GIVEN_UP"}, seed
    # whoever was hit twice is shown to a human, and every other one has arrived
    doubtful = Reminder.objects.given_up()
    assert {row.reason for row in doubtful} <= {"UNKNOWN"}
    assert set(told) - set(mail_server.copies) <= {
        f"<{row.public_id}@example.org>" for row in doubtful
    }


def test_told_to_end_in_the_middle_of_a_send_it_finishes_that_and_goes(
    start, mail_server, tell, until
):
    mail_server.delay = 0.5
    tell(*["well"] * 40)
    loop = start("loop", **AT_LEISURE)
    until(lambda: mail_server.received)
    loop.send(signal.SIGTERM)
    assert loop.wait() == 0
    assert Reminder.objects.filter(status=Status.SENDING).count() == 0
    sent = Reminder.objects.filter(status=Status.ACCEPTED).count()
    assert sent == len(mail_server.received)
    assert sent + Reminder.objects.filter(status=Status.PLANNED).count() == 40


def test_a_sender_frozen_past_its_lease_stays_silent_when_it_wakes(
    start, mail_server, tell, all_ended, until
):
    [told] = tell("well")
    frozen = start("once", steps={"before_call": signal.SIGSTOP})
    until(lambda: ReminderAttempt.objects.filter(line=Line.BEGUN).exists())
    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 1}
    frozen.send(signal.SIGCONT)
    assert frozen.wait() == 0
    assert frozen.wrote('"silent": 1')
    assert mail_server.copies[told] == 1


def test_what_a_frozen_sender_never_sent_is_no_repeat_when_it_goes(
    start, mail_server, tell, all_ended, until
):
    [told] = tell("well")
    times = {"REMINDER_LEASE": 30.0, "REMINDER_MARGIN": 29.5}
    frozen = start("once", steps={"before_call": signal.SIGSTOP}, **times)
    until(lambda: ReminderAttempt.objects.filter(line=Line.BEGUN).exists())
    time.sleep(0.6)  # until too little of its lease is left
    frozen.send(signal.SIGCONT)
    assert frozen.wait() == 0
    assert frozen.wrote('"silent": 1')
    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 1}
    assert (mail_server.copies[told], Reminder.objects.get().repeats) == (1, 0)


def test_an_outcome_that_comes_late_is_noted_and_changes_nothing(
    start, mail_server, tell, all_ended, until
):
    [told] = tell("well")
    frozen = start("once", steps={"before_outcome": signal.SIGSTOP})
    until(lambda: mail_server.received)
    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 1}
    [before] = Reminder.objects.values()
    frozen.send(signal.SIGCONT)
    assert frozen.wait() == 0
    assert frozen.wrote('"late": 1')
    assert Reminder.objects.values().get() == before
    assert before["repeats"] == 1
    assert mail_server.copies[told] == 2


def test_a_database_that_drops_its_lines_in_the_middle_of_a_send_gets_every_outcome(
    start, mail_server, tell, all_ended, until
):
    mail_server.delay = 0.3
    tell(*["well"] * 12)
    start("loop", **AT_LEISURE)
    until(lambda: mail_server.received)
    with app_role(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1
    assert all_ended() == {"ACCEPTED": 12}
    assert set(mail_server.copies.values()) == {1}


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_process_whose_clock_is_wrong_sends_nothing_early_and_nothing_late(
    start, mail_server, tell, until, hours
):
    [now] = tell("well")
    tell("well", ago=timedelta(hours=-1))
    start("loop", clock=hours, **AT_LEISURE)
    until(lambda: mail_server.received)
    until(lambda: Reminder.objects.filter(status=Status.ACCEPTED).exists())
    assert list(mail_server.copies) == [now]
    assert Reminder.objects.get(status=Status.PLANNED).attempt == 0
