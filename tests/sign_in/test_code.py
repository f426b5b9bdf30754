"""A code by SMS or e-mail: for a person whose number or address the contact has."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import CodeMessage
from portal.reminders.models import Channel, Reminder, Status
from portal.reminders.sending import dispatcher
from tests.factories import ParticipantFactory, UserFactory
from tests.sign_in.conftest import EMAIL, PHONE

ASK, CONFIRM = "account_request_login_code", "account_confirm_login_code"
STRANGERS = ["070-174 06 99", "ingen@example.org"]


def ask(browser, address, **more):
    return browser.post(reverse(ASK), {"address": address, **more})


def confirm(browser, code):
    return browser.post(reverse(CONFIRM), {"code": code})


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("070-174 06 05", Channel.SMS),
        ("+46 70 174 06 05", Channel.SMS),
        ("robin@example.org", Channel.EMAIL),
        ("Robin@Example.org", Channel.EMAIL),
    ],
)
def test_person_signs_in_by_a_code(client, reachable, sent, address, channel):
    assert ask(client, address).url == reverse(CONFIRM)
    assert Reminder.objects.get().channel == channel
    (code,) = sent()
    assert confirm(client, code.lower()).status_code == 302
    assert client.get(reverse("participants:my_contact")).status_code == 200
    assert client.get(reverse("participants:my_plan")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_code_stands_nowhere_in_the_clear_and_is_wiped_when_it_has_left(
    client, reachable, sent, stored
):
    ask(client, EMAIL)
    (code,) = sent()
    assert code.encode() not in stored()
    assert EMAIL.encode() not in stored()
    dispatcher.run()
    assert Reminder.objects.get().status in {Status.ACCEPTED, Status.GIVEN_UP, Status.FAILED}
    assert CodeMessage.objects.get().sealed is None


def test_three_wrong_tries_end_a_code(client, reachable, sent):
    ask(client, EMAIL)
    (code,) = sent()
    for wrong in ("AAAA-AAAA", "BBBB-BBBB"):
        assert confirm(client, wrong).status_code == 422
    assert confirm(client, "CCCC-CCCC").status_code == 302
    assert confirm(client, code).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_code_is_old_after_three_minutes(client, reachable, sent, time_machine_later):
    ask(client, EMAIL)
    (code,) = sent()
    with time_machine_later(181):
        confirm(client, code)
    assert "_auth_user_id" not in client.session


def test_a_code_opens_one_browser_once(client, reachable, sent):
    ask(client, EMAIL)
    (code,) = sent()
    assert confirm(Client(), code).status_code == 302
    confirm(client, code)
    other = Client()
    ask(other, EMAIL)
    assert confirm(other, code).status_code == 422


@pytest.mark.parametrize("stranger", STRANGERS)
def test_known_and_unknown_are_answered_the_same(reachable, stranger):
    known = PHONE if "@" not in stranger else EMAIL
    told = []
    for address in (known, stranger):
        browser = Client()
        browser.get(reverse(ASK))
        seen = []
        with CaptureQueriesContext(connection) as queries:
            seen += [ask(browser, address)]
            seen += [browser.get(reverse(CONFIRM))]
            seen += [confirm(browser, "AAAA-AAAA"), confirm(browser, "AAAA-AAAA")]
            seen += [confirm(browser, "AAAA-AAAA")]
        told.append(
            (
                [one.status_code for one in seen],
                [sorted(one.headers) for one in seen],
                [without_token(one.text) for one in seen],
                len(queries),
            )
        )
    assert told[0] == told[1]


def without_token(text):
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_to_an_address_that_nobody_has(client, reachable, sent):
    ask(client, "ingen@example.org")
    assert sent() == []
    counts = dispatcher.run()
    assert counts == {"claimed": 1, "suppressed": 1}


def test_a_number_that_two_share_opens_neither(client, reachable, sent):
    ParticipantFactory(phone=PHONE, user=UserFactory())
    assert ask(client, PHONE).status_code == 302
    assert sent() == []


def test_staff_are_never_let_in_by_a_code(client, guide, sent):
    guide.user.email = "samira@example.org"
    guide.user.save(update_fields=["email"])
    ParticipantFactory(user=guide.user, email="samira@example.org")
    ask(client, "samira@example.org")
    assert sent() == []


def test_a_closed_record_opens_nothing(client, reachable, sent, now):
    reachable.closed_at = now
    reachable.save(update_fields=["closed_at"])
    ask(client, EMAIL)
    assert sent() == []


def test_a_number_gets_five_codes_an_hour(reachable, sent):
    for _number in range(5):
        assert ask(Client(), PHONE).status_code == 302
    refused = ask(Client(), PHONE)
    assert refused.status_code == 422
    assert "Det blev många försök" in refused.text
    assert len(sent()) == 5


def test_what_is_no_address_is_told_how_to_write_one(client, db):
    answer = ask(client, "i morgon")
    assert answer.status_code == 422
    assert "070-174 06 05" in answer.text


def test_a_borrowed_phone_is_remembered_as_borrowed(client, reachable, sent):
    ask(client, EMAIL, borrowed="on")
    confirm(client, sent()[0])
    assert client.session["sign_in"]["borrowed"]


def test_a_link_to_elsewhere_is_not_followed_after_sign_in(client, reachable, sent):
    url = f"{reverse(ASK)}?next=https://example.org/"
    client.post(url, {"address": EMAIL})
    answer = client.post(f"{reverse(CONFIRM)}?next=https://example.org/", {"code": sent()[0]})
    assert answer.url == "/"
