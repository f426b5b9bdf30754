"""A sign on the phone: that there is something new, and not a word about what."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from django.core import mail
from django.urls import reverse

from portal import sessions
from portal.models import PushSubscription
from portal.reminders import kinds
from portal.reminders.channels import push
from portal.reminders.models import Channel, Priority, RecipientKind, Reminder, Status, Wish
from portal.reminders.sending import dispatcher
from tests.conftest import signed_in
from tests.reminders.push_service import PushService

pytestmark = pytest.mark.django_db(transaction=True)
APPLE = "https://web.push.apple.com/abc"
KEY = urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


@pytest.fixture
def service(settings):
    settings.PUSH_KEY = KEY
    running = PushService(push.public_key())
    settings.PUSH_SERVICES = [running.origin]
    yield running
    running.close()


@pytest.fixture
def send(service, tell, settings, probe_kind):
    """Return a function that sends a sign to somebody with these browsers; return the row."""
    settings.REMINDER_WAIT = 0.0
    # where it cannot wait, a sign goes last
    can_wait = replace(probe_kind, priority=Priority.PLANNED)
    kinds.registry.kinds[probe_kind.code] = can_wait

    def to(*browsers):
        tell("well")
        user = Reminder.objects.get().recipient_id
        Wish.objects.create(
            recipient_kind=RecipientKind.STAFF, recipient_id=user, channel=Channel.PUSH
        )
        for name in browsers:
            PushSubscription.objects.create(user_id=user, endpoint=f"{service.origin}/{name}")
        dispatcher.run()
        return Reminder.objects.get()

    return to


def test_a_sign_carries_no_word_and_lasts_no_longer_than_it_is_true(service, send):
    assert send("phone", "computer").status == Status.ACCEPTED
    assert sorted(path for path, *_ in service.taken) == ["/computer", "/phone"]
    for _path, _status, headers, body in service.taken:
        assert body == b""
        assert headers["Topic"] == "nytt"
        assert 3500 < int(headers["TTL"]) <= 3600  # the probe may be said for an hour


def test_a_browser_that_is_gone_is_forgotten_and_the_other_one_is_told(service, send):
    service.answers["/old"] = [410]
    assert send("old", "new").status == Status.ACCEPTED
    assert [one.endpoint for one in PushSubscription.objects.all()] == [f"{service.origin}/new"]


def test_a_service_in_trouble_is_asked_again(service, send):
    service.answers["/phone"] = [429, 503, 201]
    row = send("phone")
    assert (row.status, row.attempt) == (Status.ACCEPTED, 3)
    assert [status for _path, status, *_ in service.taken] == [429, 503, 201]


def test_where_the_service_does_not_know_our_key_the_letter_goes_and_the_browser_stays(
    service, send
):
    service.key = "another"
    row = send("phone")
    assert (row.status, row.channel) == (Status.ACCEPTED, Channel.EMAIL)
    assert len(mail.outbox) == 1
    assert PushSubscription.objects.count() == 1


ODD = [
    "https://push.example.org/abc",  # not of the list
    "http://fcm.googleapis.com/abc",  # not secret
    "https://fcm.googleapis.com.example.org/abc",
    "https://fcm.googleapis.com@example.org/abc",
    "https://example.org\\.push.apple.com/abc",
    "https://push.apple.com.example.org/abc",
    "https://evil-push.apple.com/abc",
    "https://fcm.googleapis.com/\x01",  # nobody can call these
    "https://fcm.googleapis.com/å",
    "https://a..notify.windows.com/",
    f"https://{'a' * 64}.notify.windows.com/",
    "file:///etc/passwd",
    "",
]


@pytest.fixture
def key(settings):
    settings.PUSH_KEY = KEY


def switch_on(browser, endpoint):
    return browser.post(reverse("push"), {"endpoint": endpoint})


def test_no_address_is_kept_but_those_of_the_known_services(key, robin):
    browser = signed_in(robin)
    for endpoint in ODD:
        assert switch_on(browser, endpoint).status_code == 422, endpoint
    assert not PushSubscription.objects.exists()


def test_robin_switches_it_on_and_off(key, robin):
    browser = signed_in(robin)
    assert "Du har något nytt" in browser.get(reverse("push")).content.decode()
    for number in (0, *range(7)):  # the same once more, and more than anybody has
        assert switch_on(browser, f"{APPLE}{number}").status_code == 302
    kept = PushSubscription.objects.filter(user=robin.user).order_by("pk")
    assert [one.endpoint for one in kept] == [f"{APPLE}{number}" for number in range(2, 7)]
    browser.post(reverse("push_end"))
    assert not kept.all().exists()


def test_a_browser_follows_whoever_switched_it_on_and_hears_nothing_once_they_are_signed_out(
    key, robin, guide
):
    for somebody in (robin, guide):
        switch_on(signed_in(somebody), APPLE)
        assert PushSubscription.objects.get().user == somebody.user
    sessions.end_all(guide.user)
    assert not PushSubscription.objects.exists()


def test_a_borrowed_phone_is_not_offered_it(key, robin):
    browser = signed_in(robin, how=sessions.How.HANDED, borrowed=True)
    switch_on(browser, APPLE)
    assert not PushSubscription.objects.exists()
    assert "Det går inte att slå på här" in browser.get(reverse("push")).content.decode()
