"""Both gateways as they are: what each answer means, and whom we ask when there is none."""

import pytest

from portal.reminders.channels import sms
from portal.reminders.models import Line, Reminder, Status
from portal.reminders.sending import dispatcher
from tests.reminders import gateways
from tests.reminders.conftest import now_again, once
from tests.reminders.gateways import (
    ASTRAY,
    AWAY,
    BUSY,
    CUT,
    HANGS,
    KEPT,
    LOST,
    NAMELESS,
    REFUSES,
    STALLS,
    TWICE,
)

PHONE, OTHER = "+46701740605", "+46701740606"


def row():
    return Reminder.objects.get()


def codes():
    lines = row().attempts.exclude(line=Line.BEGUN).order_by("pk")
    return [(one.line, one.code) for one in lines]


@pytest.mark.django_db(transaction=True)
def test_a_message_reaches_its_gateway_and_is_known_there_by_its_name(one_gateway, text):
    text(PHONE)
    one_gateway.chosen[PHONE] = [TWICE]
    assert dispatcher.run()["accepted"] == 1
    [kept] = one_gateway.accepted
    assert (kept["to"], kept["from"]) == (PHONE, "+46766861004")
    line = row().attempts.get(line=Line.ACCEPTED)
    assert (line.reference, line.gateway) == (kept["id"], row().gateway)
    assert PHONE not in row().address


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "line", "status"),
    [
        (REFUSES, Line.PERMANENT, Status.FAILED),
        (NAMELESS, Line.TRANSIENT, Status.PLANNED),  # or each number here would count as bad
        (BUSY, Line.TRANSIENT, Status.PLANNED),
        (AWAY, Line.TRANSIENT, Status.PLANNED),
    ],
)
def test_what_a_gateway_refuses_it_has_not_sent(one_gateway, text, fault, line, status):
    text(PHONE)
    one_gateway.chosen[PHONE] = fault
    dispatcher.run(is_ending=once())
    assert one_gateway.accepted == []
    is_handed = status == Status.FAILED
    assert (codes()[0][0], row().status, row().gateway != "") == (line, status, is_handed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [LOST, HANGS])
def test_what_was_accepted_without_an_answer_is_found_and_not_sent_again(one_gateway, text, fault):
    text(PHONE)
    one_gateway.chosen[PHONE], one_gateway.page = [fault], 1
    for _ in range(3):  # what nobody here has sent, on the same pages
        one_gateway.keep(**elsewhere(one_gateway))
    dispatcher.run()
    now_again()
    dispatcher.run()
    assert codes()[-1] == ("ACCEPTED", "found")
    assert (row().status, row().repeats) == (Status.ACCEPTED, 0)
    assert sum(one["to"] == PHONE for one in one_gateway.accepted) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_gateway_kept_and_answered_with_504_is_found(one_gateway, text):
    text(PHONE)
    one_gateway.chosen[PHONE] = [KEPT]
    dispatcher.run(is_ending=once())
    now_again()
    dispatcher.run()
    assert codes() == [("UNKNOWN", "504"), ("ACCEPTED", "found")]
    assert (len(one_gateway.accepted), row().repeats) == (1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [CUT, STALLS, ASTRAY])
def test_what_nobody_accepted_is_not_found_and_is_sent(one_gateway, text, fault):
    text(PHONE)
    one_gateway.chosen[PHONE] = [fault]
    dispatcher.run()
    now_again()
    dispatcher.run()
    assert [line for line, _code in codes()] == ["UNKNOWN", "ACCEPTED"]
    assert len(one_gateway.accepted) == 1
    assert row().repeats == 0


def elsewhere(there):
    """Another message to somebody else, through the same account."""
    name = "46elks" if "/a1" in sms.accounts()[next(iter(sms.accounts()))].base else "twilio"
    return {
        "id": "x",
        "gateway": name,
        "to": OTHER,
        "from": "EnVagIn",
        "text": "Hej",
        "callback": "",
        "is_logged": True,
        "key": None,
        "at": gateways.time.time(),
    }


@pytest.fixture
def both_gateways(settings, two_gateways):
    settings.SMS_URL = f"{two_gateways.elks},{two_gateways.twilio}"
    settings.REMINDER_CALL, settings.REMINDER_LOOK_UP, settings.REMINDER_WAIT = 0.3, 0.0, 0.0
    two_gateways.receipts = False
    return two_gateways


def taken_by(there):
    return {one["gateway"] for one in there.accepted}


@pytest.mark.django_db(transaction=True)
def test_two_share_the_load_and_one_that_fails_again_and_again_rests(
    both_gateways, text, settings, monkeypatch
):
    phones = [f"+4670174{number:04d}" for number in range(605, 645)]
    text(*phones[:20])
    assert dispatcher.run()["accepted"] == 20
    assert taken_by(both_gateways) == {"46elks", "twilio"}
    settings.SMS_URL = f"http://a:b@127.0.0.1:9/a1?as=elks,{both_gateways.twilio}"
    both_gateways.accepted.clear()
    settings.REMINDER_FAILURES = 2
    text(*phones[20:])
    for _ in range(8):
        dispatcher.run()
        now_again()
    assert taken_by(both_gateways) == {"twilio"}
    assert not Reminder.objects.open().exists()
    # when all rest, nothing is claimed for them, and no try is used up
    text(OTHER)
    for one in ("elks", "twilio"):
        rest(one)
    assert dispatcher.run() == {"claimed": 0}


@pytest.mark.django_db(transaction=True)
def test_what_one_may_have_is_never_given_to_the_other(both_gateways, text, settings):
    settings.SMS_URL = both_gateways.elks
    text(PHONE)
    both_gateways.chosen[PHONE], both_gateways.is_history_away = [LOST], True
    dispatcher.run(is_ending=once())
    settings.SMS_URL = f"{both_gateways.elks},{both_gateways.twilio}&weight=1000"
    rest("elks")
    for _ in range(2):
        now_again()
        dispatcher.run(is_ending=once())
    assert codes()[-1] == ("UNKNOWN", "asked 503")
    both_gateways.is_history_away = False
    now_again()
    dispatcher.run()
    assert codes()[-1] == ("ACCEPTED", "found")
    assert taken_by(both_gateways) == {"46elks"}


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_never_says_gets_it_once_more_and_that_is_counted(both_gateways, text):
    text(PHONE)
    both_gateways.chosen[PHONE], both_gateways.is_history_away = LOST, True
    for _ in range(9):
        dispatcher.run(is_ending=once())
        now_again()
    assert (row().status, row().reason, row().repeats) == (Status.GIVEN_UP, "UNKNOWN", 1)
    assert len(both_gateways.accepted) == 2
    assert len(taken_by(both_gateways)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_gateway_may_have_that_is_no_longer_ours_ends_before_a_human(
    both_gateways, text, settings
):
    settings.SMS_URL = both_gateways.elks
    text(PHONE)
    both_gateways.chosen[PHONE] = [LOST]
    dispatcher.run(is_ending=once())
    settings.SMS_URL = both_gateways.twilio
    now_again()
    dispatcher.run()
    assert (row().status, row().reason) == (Status.GIVEN_UP, "UNKNOWN")
    assert taken_by(both_gateways) == {"46elks"}


@pytest.mark.django_db(transaction=True)
def test_to_one_number_goes_one_at_a_time(both_gateways, text):
    first, second = text(PHONE, PHONE)
    both_gateways.chosen[PHONE] = [LOST]
    dispatcher.run(is_ending=once())
    now_again()
    assert sorted(Reminder.objects.values_list("attempt", flat=True)) == [0, 1]
    for _ in range(3):
        dispatcher.run()
        now_again()
    assert set(Reminder.objects.values_list("status", flat=True)) == {"ACCEPTED"}
    assert len(both_gateways.accepted) == 2
    assert first.attempts.exclude(line="BEGUN").count() + second.attempts.count() >= 3


def rest(name):
    sms._health[sms.accounts()[name]] = sms.Health(rests_until=float("inf"))
