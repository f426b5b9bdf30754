"""The fault run in small, and its judge: red for each thing that may go wrong."""

import dataclasses
import uuid

import pytest
from django.db import connection

from chaos.judge import IN_VAIN, Row, Told, judge
from portal.models import User
from portal.reminders import planning
from portal.reminders.channels import Outcome, email
from portal.reminders.models import Channel, Line, Reminder
from portal.reminders.sending import dispatcher
from tests.database import app_role
from tests.reminders import post, probe

ALWAYS = float("inf")
SENT = [Row(f"<{pk}>", pk, "ACCEPTED") for pk in range(1, 2001)]
ARRIVED = [(100.0, row.name) for row in SENT]
TOLD = Told(call=3.0)
# What may happen to one in a thousand: of two hundred that is nobody.
SELDOM = {"letters twice", "left to a human though there was time"}


def broken(rows, accepted, told=TOLD):
    """Return what does not hold."""
    lines, _counts = judge(rows, accepted, told)
    return {line.what.partition(":")[0].partition(",")[0] for line in lines if not line.holds}


def test_a_run_in_which_all_arrived_once_is_clean():
    assert broken(SENT, ARRIVED) == set()


def test_two_repeats_in_two_thousand_are_borne_and_three_are_not():
    assert broken(SENT, [*ARRIVED, *ARRIVED[:2]]) == set()
    assert broken(SENT, [*ARRIVED, *ARRIVED[:3]]) == {"letters twice"}


def test_two_in_two_thousand_may_be_left_to_a_human_and_three_may_not():
    left = [Row(f"<{pk}>", pk, "GIVEN_UP", "TOO_MANY_TRIES", ends=0) for pk in (1, 2, 3)]
    assert broken([*left[:2], *SENT[2:]], ARRIVED[2:]) == set()
    assert broken([*left, *SENT[3:]], ARRIVED[3:]) == {"left to a human though there was time"}


def test_whoever_heard_nothing_is_lost_unless_a_human_was_told():
    one = Row("<1>", 1, "GIVEN_UP", "UNKNOWN", ends=0)
    assert broken([one, *SENT[1:]], ARRIVED[1:]) == set()
    silent = Row("<1>", 1, "SUPPRESSED", "NOT_VALID", ends=0)
    assert broken([silent, *SENT[1:]], ARRIVED[1:]) == {"lost"}
    unwanted = Told(call=3.0, unwanted={1: [(90.0, ALWAYS)]})
    assert broken([silent, *SENT[1:]], ARRIVED[1:], unwanted) == set()


@pytest.mark.parametrize(
    ("rows", "accepted", "told", "what"),
    [
        (SENT, ARRIVED[1:], TOLD, "lost"),  # a sender that says so and sends nothing
        ([Row("<1>", 1, "SENDING"), *SENT[1:]], ARRIVED, TOLD, "rows without an outcome"),
        (
            [Row("<1>", 1, "ACCEPTED", ends=2), *SENT[1:]],
            ARRIVED,
            TOLD,
            "rows with more than one outcome",
        ),
        ([*SENT, Row("<x>", 1, "ACCEPTED")], [*ARRIVED, (100.0, "<x>")], TOLD, "people told twice"),
        (SENT, [*ARRIVED, (100.0, "<x>")], TOLD, "messages of nobody's"),
        (
            SENT,
            ARRIVED,
            Told(3.0, unwanted={1: [(96.0, ALWAYS)]}),
            "sent after withdrawal or for a time that was moved",
        ),
        (SENT, [*ARRIVED, ARRIVED[0]], Told(3.0, by_sms={"<1>"}), "SMS that went twice"),
        (SENT, ARRIVED, Told(3.0, too_late={1: 96.0}), "sent after the start"),
        (SENT, ARRIVED, Told(3.0, quiet={1: [(96.0, 200.0)]}), "sent in the quiet hours"),
    ],
)
def test_each_thing_that_may_go_wrong_makes_it_red(rows, accepted, told, what):
    assert broken(rows, accepted, told) == {what}


def test_what_had_begun_may_still_arrive():
    assert broken(SENT, ARRIVED, Told(3.0, unwanted={1: [(98.0, ALWAYS)]})) == set()


def rows():
    return [
        Row(
            f"<{one.public_id}@example.org>",
            one.subject_id,
            one.status,
            one.reason,
            one.attempts.filter(line=Line.ACCEPTED).count() - one.repeats,
        )
        for one in Reminder.objects.all()
    ]


def arrived(mail_server):
    return [(100.0, name) for name, _address in mail_server.received]


def in_doubt(reminder):
    """Count the calls that may have taken the message along, and did not say so in time."""
    lines = [one.line for one in reminder.attempts.all()]
    return lines.count(Line.BEGUN) - lines.count(Line.TRANSIENT)


def drop_lines():
    """Let the database drop every line but ours."""
    with app_role(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.django_db(transaction=True)
def test_in_small_nothing_is_lost_or_said_twice_while_all_breaks(start, mail_server, tell, until):
    mail_server.delay = 0.03
    told = tell(*["well"] * 180, *[post.BUSY] * 20, *[post.CUT] * 10, *[post.TWICE] * 10)
    hive = start("hive", 3, 8, 20261123)
    until(lambda: len(mail_server.received) > 20)
    drop_lines()
    unwanted = [row.subject_id for row in Reminder.objects.filter(status="PLANNED")[:10]]
    User.objects.filter(pk__in=unwanted).update(hours=probe.UNWANTED)
    planning.plan(probe.PROBE, unwanted)
    until(lambda: hive.wrote("killed 8"), 20)
    drop_lines()
    until(lambda: not Reminder.objects.open().exists(), 20)
    of_them = Told(call=1000.0, unwanted={pk: [(0.0, ALWAYS)] for pk in unwanted})
    assert broken(rows(), arrived(mail_server), of_them) <= SELDOM
    left = Reminder.objects.filter(reason__in=IN_VAIN)
    assert all(in_doubt(row) == 2 for row in left), "left to a human though it was hit once at most"
    repeats = {f"<{one.public_id}@example.org>": one.repeats for one in Reminder.objects.all()}
    assert set(repeats) == set(told)
    assert all(number <= 1 + repeats[name] for name, number in mail_server.copies.items())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("send", "what"),
    [
        (lambda _letter: Outcome(Line.ACCEPTED, "250"), "lost"),
        (
            lambda letter: (
                email.send(letter)
                and email.send(dataclasses.replace(letter, public_id=uuid.uuid4()))
            ),
            "messages of nobody's",
        ),
        (lambda letter: email.send(letter) and email.send(letter), "letters twice"),
    ],
    ids=["loses", "doubles under another name", "doubles"],
)
def test_a_sender_that_loses_or_doubles_makes_it_red(
    mail_server, tell, settings, monkeypatch, send, what
):
    options = {"host": "127.0.0.1", "port": mail_server.port, "timeout": 5}
    backend = "portal.reminders.channels.smtp.Backend"
    settings.MAILERS = {"reminders": {"BACKEND": backend, "OPTIONS": options}}
    monkeypatch.setitem(dispatcher.CHANNELS, Channel.EMAIL, send)
    tell("well", "well")
    dispatcher.run()
    assert broken(rows(), arrived(mail_server)) == {what}
