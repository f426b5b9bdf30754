"""SMS over real HTTP: what the gateway answers, and what became of the message."""

import socket
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.demo.sms import Gateway
from portal.models import CodeMessage
from portal.pages import demo
from portal.reminders.channels import Letter, sms
from portal.reminders.kinds import Address, Message
from portal.reminders.models import Line, Reminder, Status
from portal.reminders.sending import dispatcher
from tests.sign_in.conftest import PHONE
from tests.sign_in.gateway import gateway


def letter(phone=PHONE):
    message = Message("", "Din kod är ABCD-EFGH.")
    return Letter(uuid4(), Address("", phone=phone), message, timezone.now())


def test_message_reaches_the_gateway_with_our_name_and_password(settings):
    with gateway() as server:
        settings.SMS_URL = server.url
        assert sms.send(letter()).line == Line.ACCEPTED
    told = {
        "from": "EnVagIn",
        "to": PHONE,
        "message": "Din kod är ABCD-EFGH.",
        "dontlog": "message",
    }
    assert server.received == [("/a1/sms", "elsa:hemligt", told)]


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (400, Line.PERMANENT),  # a number that nobody has
        (401, Line.TRANSIENT),  # our own password
        (403, Line.TRANSIENT),  # our own account is empty
        (429, Line.TRANSIENT),
        (500, Line.UNKNOWN),  # from what stands in front: it may have been kept behind it
        (503, Line.TRANSIENT),
        (302, Line.UNKNOWN),  # never followed: the message goes nowhere else
    ],
)
def test_each_answer_of_the_gateway_has_its_outcome(settings, status, line):
    with gateway(status=status) as server:
        settings.SMS_URL = server.url
        outcome = sms.send(letter())
    assert (outcome.line, outcome.code) == (line, str(status))
    assert len(server.received) == 1


@pytest.mark.parametrize("mood", [{"hangs": 0.6}, {"cuts": True}])
def test_silence_after_the_message_was_handed_over_is_an_unknown_outcome(settings, mood):
    settings.REMINDER_CALL = 0.2
    with gateway(**mood) as server:
        settings.SMS_URL = server.url
        assert sms.send(letter()).line == Line.UNKNOWN


def test_a_gateway_that_cannot_be_reached_has_been_given_nothing(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.SMS_URL = f"http://a:b@127.0.0.1:{port}/a1"
    assert sms.send(letter()).line == Line.TRANSIENT


@pytest.mark.parametrize(("url", "phone"), [("", PHONE), ("http://a:b@127.0.0.1:9/a1", "")])
def test_without_gateway_or_number_nothing_is_tried(settings, url, phone):
    settings.SMS_URL = url
    assert sms.send(letter(phone)).line == Line.PERMANENT


@pytest.mark.django_db(transaction=True)
def test_a_code_leaves_by_the_loop_though_no_broker_is_there(settings, client, reachable, sent):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    with gateway() as server:
        settings.SMS_URL = server.url
        client.post(reverse("account_request_login_code"), {"address": PHONE})
        (code,) = sent()
        assert dispatcher.run()["accepted"] == 1
    ((_path, _known, told),) = server.received
    assert (told["to"], told["from"]) == (PHONE, "EnVagInKod")
    assert code in told["message"]
    assert Reminder.objects.get().status == Status.ACCEPTED
    assert CodeMessage.objects.get().sealed is None
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).status_code == 302


def test_the_demonstrations_gateway_shows_the_message_beside_the_letters(settings, tmp_path):
    there = type("There", (Gateway,), {"directory": tmp_path})
    there.keep(there.__new__(there), PHONE, "Din kod är ABCD-EFGH.")
    settings.PORTAL_DEMO_MAIL = str(tmp_path)
    (shown,) = demo.letters()
    assert shown["to"] == PHONE
    assert "ABCD-EFGH" in shown["text"]
