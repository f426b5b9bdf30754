"""What a gateway posts to us: signed, small, each thing once, and never believed blindly."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from portal.actor import Actor
from portal.reminders.channels import Outcome, signs
from portal.reminders.models import (
    Channel,
    Line,
    Reason,
    Receipt,
    Reminder,
    ReminderAttempt,
    Status,
    Wish,
)
from portal.reminders.operations import replaying
from portal.reminders.sending import claims, dispatcher, handing, outcomes
from tests.factories import UserFactory
from tests.reminders.conftest import now_again
from tests.reminders.gateways import SID, TOKEN, signature

pytestmark = pytest.mark.django_db
PHONE = "+46701740605"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def both(settings):
    settings.SMS_URL = (
        f"https://elsa:hemligt@api.46elks.com/a1,https://{SID}:{TOKEN}@api.twilio.com/2010-04-01"
    )


@pytest.fixture
def sent(text):
    """An SMS that is on its way: the call has begun."""
    text(PHONE)
    [claim] = claims.take([Channel.SMS])
    outcomes.begin([claim], {claim.pk: "elks"})
    Reminder.objects.update(gateway="elks")
    return claim


def address(sent, gateway="elks"):
    return signs.receipt_address(gateway, sent.public_id, sent.token)


def post(url, told, *, signed=True, **more):
    parts = urlsplit(url)
    headers = {"X-Twilio-Signature": signature(url, told)} if signed else {}
    return Client().post(parts.path, urlencode(told), content_type=FORM, headers=headers, **more)


def of_elks(word, name="s1"):
    return {"id": name, "status": word}


def of_twilio(word, name="SM1"):
    return {"MessageSid": name, "MessageStatus": word, "To": PHONE, "ErrorCode": "30003"}


def status():
    return Reminder.objects.get().status


@pytest.mark.django_db(transaction=True)
def test_receipts_carry_a_row_forward_and_never_back(sent):
    assert post(address(sent), of_elks("delivered")).status_code == 204
    assert status() == Status.DELIVERED
    for word in ("delivered", "sent", "failed"):
        assert post(address(sent), of_elks(word)).status_code == 204
        assert status() == Status.DELIVERED
    assert Receipt.objects.count() == 3
    # our own outcome comes after the receipt, and changes nothing
    outcome = Outcome(Line.UNKNOWN, "ReadTimeout", gateway="elks")
    dispatcher._surely(partial(outcomes.write, sent, outcome), "unknown")
    assert status() == Status.DELIVERED


def test_a_message_that_failed_for_good_ends_visibly(sent):
    outcomes.write(sent, Outcome(Line.ACCEPTED, "200", gateway="elks", reference="s1"))
    url = address(sent, "twilio")
    assert post(url, of_twilio("undelivered")).status_code == 204
    row = Reminder.objects.get()
    assert (row.status, row.reason) == (Status.FAILED, "NOT_DELIVERED")
    assert Receipt.objects.get().code == "30003"


def test_a_receipt_settles_what_nobody_knew(sent):
    outcome = Outcome(Line.UNKNOWN, "ReadTimeout", gateway="elks")
    dispatcher._surely(partial(outcomes.write, sent, outcome), "unknown")
    assert post(address(sent), of_elks("sent")).status_code == 204
    assert status() == Status.ACCEPTED
    assert Reminder.objects.get().ended_at


def unknown(claim):
    """Let a call end with nobody knowing how, and the row be due again."""
    outcomes.write(claim, Outcome(Line.UNKNOWN, "ReadTimeout", gateway="elks"))
    now_again()


def test_what_failed_for_good_after_it_was_given_up_has_not_arrived(sent):
    Reminder.objects.update(
        status=Status.GIVEN_UP, reason=Reason.UNKNOWN, lease_token=None, ended_at=timezone.now()
    )
    assert post(address(sent), of_elks("failed")).status_code == 204
    assert replaying.replay(kind="probe", by=Actor(UserFactory())).again == 1


def test_a_first_message_that_failed_does_not_end_the_second_that_is_on_its_way(sent):
    unknown(sent)
    [second] = claims.take([Channel.SMS])
    outcomes.begin([second], {second.pk: "elks"})
    assert post(address(sent), of_elks("failed")).status_code == 204
    assert status() == Status.SENDING
    outcomes.write(second, Outcome(Line.ACCEPTED, "200", gateway="elks", reference="s2"))
    assert status() == Status.ACCEPTED
    assert post(address(second), of_elks("delivered", "s2")).status_code == 204
    assert status() == Status.DELIVERED


def test_a_first_message_that_failed_is_no_yes_to_the_second(sent):
    now_again()
    [second] = claims.take([Channel.SMS])
    outcomes.begin([second], {second.pk: "elks"})
    assert post(address(sent), of_elks("failed")).status_code == 204
    outcomes.write(second, Outcome(Line.TRANSIENT, "429", gateway="elks"))
    [row] = Reminder.objects.all()
    assert not handing.tried([row.pk])[row.pk].is_accepted(Channel.SMS)


def test_a_text_that_failed_says_nothing_of_the_letter_that_goes_instead(sent):
    Reminder.objects.update(
        channel=Channel.EMAIL, status=Status.PLANNED, lease_token=None, gateway=""
    )
    for word in ("undelivered", "failed"):
        assert post(address(sent, "twilio"), of_twilio(word)).status_code == 204
    row = Reminder.objects.get()
    assert (row.status, row.channel) == (Status.PLANNED, Channel.EMAIL)
    assert Wish.objects.get().email_failures == 0


def test_a_receipt_of_a_row_that_is_gone_is_kept(sent):
    url = signs.receipt_address("elks", uuid4(), uuid4())
    assert post(url, of_elks("delivered")).status_code == 204
    assert Receipt.objects.get().reminder is None
    assert status() == Status.SENDING


def test_forged_replayed_and_foreign_receipts_are_refused(sent, caplog):
    theirs, ours = address(sent), address(sent, "twilio")
    told = of_twilio("delivered")
    refused = [
        post(theirs.replace(str(sent.token), str(uuid4())), of_elks("delivered")),
        post(theirs[:-3] + "aa/", of_elks("delivered")),
        post(theirs.replace("/elks/", "/twilio/"), told),  # the sign of another gateway
        post(ours, told, signed=False),
        Client().post(  # what was signed for one address, posted to another
            urlsplit(ours).path,
            urlencode(told),
            content_type=FORM,
            headers={"X-Twilio-Signature": signature(ours + "x", told)},
        ),
        Client().post(  # signed, and changed on its way
            urlsplit(ours).path,
            urlencode(told | {"MessageStatus": "failed"}),
            content_type=FORM,
            headers={"X-Twilio-Signature": signature(ours, told)},
        ),
    ]
    assert [answer.status_code for answer in refused] == [403] * 6
    assert caplog.text.count("refused: 403") == 6
    assert PHONE not in caplog.text
    ReminderAttempt.objects.update(at=F("at") - timedelta(days=9))
    assert post(theirs, of_elks("delivered")).status_code == 403
    assert not Receipt.objects.exists()
    assert status() == Status.SENDING


def test_ten_megabytes_are_refused_and_not_read(sent):
    class Endless:
        read_bytes = 0

        def read(self, size=-1):
            assert 0 <= size <= 70_000, "read at once"
            self.read_bytes += size
            return b"a" * size

        readline = read

    body = Endless()
    path = urlsplit(address(sent)).path
    about = {"CONTENT_TYPE": FORM, "wsgi.input": body}
    large = Client().generic("POST", path, CONTENT_LENGTH=str(10 * 2**20), **about)
    assert (large.status_code, body.read_bytes) == (413, 0)
    assert post(address(sent), of_elks("delivered") | {"x": "a" * 70_000}).status_code == 413
    assert post(address(sent), {"id": "s1"}).status_code == 400
    assert Client().get(path).status_code == 405
    assert not Receipt.objects.exists()


def test_a_sign_made_with_the_key_before_still_opens(sent, settings):
    url = address(sent)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert post(url, of_elks("delivered")).status_code == 204
    assert Receipt.objects.get().at <= timezone.now()
