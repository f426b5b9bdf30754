"""Senders that end in the middle of an SMS: nothing is lost, and nothing comes twice."""

import signal
from collections import Counter

import pytest

from portal.reminders.models import Line, Reminder, ReminderAttempt
from tests.reminders.conftest import statuses
from tests.reminders.gateways import (
    AWAY,
    BUSY,
    DOUBLED,
    EARLY,
    HANGS,
    KEPT,
    LOST,
    REORDERED,
    STALLS,
    UNDELIVERED,
    accepted,
)
from tests.size import NIGHTLY

pytestmark = pytest.mark.django_db(transaction=True)
at_night = pytest.mark.skipif(not NIGHTLY, reason="letters are tried so by day")
# A gateway on a busy machine keeps a message when its sender has hung up a while ago.
QUICK = {"REMINDER_LOOK_UP": 2.0, "REMINDER_REST": 0.2, "REMINDER_TRIES": 40}
PHONES = [f"+4670174{number:04d}" for number in range(605, 700)]


@pytest.fixture
def send(start, two_gateways):
    """Start a process that sends through both gateways."""
    two_gateways.receipts = False

    def begin(*mode, **settings):
        urls = f"{two_gateways.elks},{two_gateways.twilio}&weight=2"
        return start(*mode, **{"SMS_URL": urls, **QUICK, **settings})

    return begin


def ended(until, seconds=30.0):
    until(lambda: not Reminder.objects.open().exists(), seconds)
    return statuses()


def copies(there):
    return Counter(one["to"] for one in accepted(there.journal))


@pytest.mark.parametrize("step", ["before_call"] * NIGHTLY + ["before_outcome"])
def test_a_sender_killed_at_any_step_loses_nothing_and_doubles_nothing(
    send, two_gateways, text, until, step
):
    text(*PHONES[:4])
    dying = send("once", steps={step: signal.SIGKILL})
    assert dying.wait() == -signal.SIGKILL
    send("loop")
    assert ended(until) == {"ACCEPTED": 4}
    assert copies(two_gateways) == Counter(PHONES[:4])


@at_night
def test_of_many_texts_none_is_lost_or_doubled_while_senders_are_killed_and_gateways_fail(
    send, two_gateways, text, until
):
    moods = {BUSY: 0.05, AWAY: 0.05, LOST: 0.05, KEPT: 0.03, HANGS: 0.02, STALLS: 0.02}
    two_gateways.shares = moods
    two_gateways.delay = 0.02
    text(*PHONES)
    # a busy machine keeps a message seconds after its sender was killed: the lease must be longer
    hive = send("hive", 3, 6, 20261122, REMINDER_LEASE=9.0, REMINDER_LOOK_UP=5.0)
    until(lambda: hive.wrote("killed 6"), 20)
    assert ended(until, 90) == {"ACCEPTED": len(PHONES)}
    assert copies(two_gateways) == Counter(PHONES)
    # what one may have been given, the other never was
    assert Reminder.objects.filter(repeats__gt=0).count() == 0


@at_night
def test_a_sender_frozen_past_its_lease_stays_silent_when_it_wakes(send, two_gateways, text, until):
    text(PHONES[0])
    frozen = send("once", steps={"before_call": signal.SIGSTOP})
    until(lambda: ReminderAttempt.objects.filter(line=Line.BEGUN).exists())
    send("loop")
    assert ended(until) == {"ACCEPTED": 1}
    frozen.send(signal.SIGCONT)
    assert frozen.wait() == 0
    assert frozen.wrote('"silent": 1')
    assert copies(two_gateways) == Counter(PHONES[:1])


def test_a_gateway_that_hangs_holds_no_transaction_and_no_letter(
    send, two_gateways, text, tell, mail_server, until, oldest_transaction
):
    two_gateways.shares = {STALLS: 1.0}
    text(*PHONES[:20])
    send("loop", REMINDER_CALL=3.0, REMINDER_MARGIN=3.5, REMINDER_LEASE=9.0, REMINDER_FAILURES=1)
    until(lambda: sum(two_gateways.tried.values()) >= 16)
    tell("well")
    longest = max(oldest_transaction() for _ in range(50))
    assert longest < 1.0
    until(lambda: mail_server.received)


@at_night
def test_a_history_that_lags_may_cost_a_double_and_never_a_text(send, two_gateways, text, until):
    two_gateways.chosen[PHONES[0]] = [LOST]
    two_gateways.chosen[PHONES[1]] = [LOST]
    two_gateways.lag = 0.5
    text(*PHONES[:2])
    send("loop")  # as long as we wait for it, a history may lag
    assert ended(until) == {"ACCEPTED": 2}
    assert copies(two_gateways) == Counter(PHONES[:2])


def test_receipts_come_doubled_in_any_order_and_before_we_know(
    send, two_gateways, text, until, live_server, settings
):
    settings.SMS_URL = f"{two_gateways.elks},{two_gateways.twilio}"
    two_gateways.receipts, two_gateways.receipt_after = True, 0.0
    for phone, fault in zip(PHONES, [DOUBLED, REORDERED, EARLY, UNDELIVERED] * 2, strict=False):
        two_gateways.chosen[phone] = [fault]
    two_gateways.chosen[PHONES[8]] = [LOST]
    rows = text(*PHONES[:9])
    settings.PORTAL_URL = live_server.url
    send("loop", PORTAL_URL=live_server.url, REMINDER_LOOK_UP=30.0)
    until(lambda: statuses() == {"DELIVERED": 7, "FAILED": 2}, 30.0)
    assert copies(two_gateways) == Counter(PHONES[:9])
    until(lambda: rows[8].receipts.count() == 2)  # that it was sent and delivered, each once
    assert {status for _address, _told, status in two_gateways.posted} == {204}
