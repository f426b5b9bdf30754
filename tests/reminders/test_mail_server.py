"""A mail server that refuses, hangs and hangs up: what it did decides what becomes of a row."""

import signal

import pytest

from portal.reminders.models import Reminder
from tests.reminders import post
from tests.reminders.nursery import AT_LEISURE

pytestmark = pytest.mark.django_db(transaction=True)


def row_of(message_id):
    return Reminder.objects.get(public_id=message_id[1:].partition("@")[0])


def lines_of(message_id):
    attempts = row_of(message_id).attempts.order_by("pk")
    return [(one.line, one.code) for one in attempts if one.line != "BEGUN"]


def test_each_answer_of_the_server_has_its_outcome(start, mail_server, tell, all_ended):
    words = ["well", post.NOBODY, post.BUSY, post.LOST, post.CUT, post.HANGS, post.NEVER]
    well, nobody, busy, lost, cut, hangs, never = tell(*words)
    silent, *many = tell(post.SILENT, *["well"] * 20)
    start("loop")
    assert all_ended() == {"ACCEPTED": 25, "FAILED": 1, "GIVEN_UP": 2}

    assert lines_of(well) == [("ACCEPTED", "250")]
    assert lines_of(nobody) == [("PERMANENT", "550")]
    assert lines_of(busy) == [("TRANSIENT", "451")] * 2 + [("ACCEPTED", "250")]
    assert lines_of(never) == [("TRANSIENT", "451")] * 8
    for unknown in (lost, cut, hangs):
        assert lines_of(unknown)[0] == ("UNKNOWN", "SMTPServerDisconnected")
        assert lines_of(unknown)[1] == ("ACCEPTED", "250")
        assert row_of(unknown).repeats == 1
    assert [row.reason for row in Reminder.objects.given_up().order_by("pk")] == [
        "REFUSED",
        "TOO_MANY_TRIES",
        "UNKNOWN",
    ]
    # a message that may have arrived goes once more, under the same name
    assert [mail_server.copies[one] for one in (lost, hangs, silent, cut, nobody)] == [
        2,
        2,
        2,
        1,
        0,
    ]
    assert all(mail_server.copies[one] == 1 for one in many)


def test_a_server_that_is_away_is_tried_again_and_nothing_counts_as_unknown(
    start, mail_server, tell, all_ended, until
):
    [told] = tell("well")
    away = start("loop", port=9, REMINDER_WAIT=2)
    until(lambda: ("TRANSIENT", "ConnectionRefusedError") in lines_of(told))
    away.send(signal.SIGTERM)
    assert away.wait() == 0
    start("loop", **AT_LEISURE)
    assert all_ended() == {"ACCEPTED": 1}
    assert row_of(told).repeats == 0


def test_while_a_server_hangs_no_transaction_stays_open(
    start, mail_server, tell, until, oldest_transaction
):
    tell(*[post.SILENT] * 16)
    start("loop", REMINDER_CALL=3, REMINDER_MARGIN=3.5, REMINDER_LEASE=8)
    until(lambda: len(mail_server.received) >= 16)
    longest = max(oldest_transaction() for _ in range(50))
    assert longest < 1.0
