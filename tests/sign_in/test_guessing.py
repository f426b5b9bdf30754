"""Guessing at a real web server of two processes, many tries at once: no more than the limit."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from participants.services import sign_in as services
from portal.models import Card
from portal.reminders.models import Reminder
from tests.pool.test_pool import children, serve
from tests.sign_in.conftest import EMAIL
from tests.size import NIGHTLY

__all__ = ["children"]  # a fixture
MANY = "Det blev många försök"
AT_ONCE = 12


def ask(port, method, path, body=None, cookie=""):
    headers = {"Host": "localhost", "Cookie": cookie}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, path, body and urlencode(body), headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("Set-Cookie"), unescape(answer.read().decode())


def tries_let_by(port, name, bodies):
    """Send them all at once, each on a line of its own; count those that were looked at."""
    path = reverse(name)
    _, cookie, page = ask(port, "GET", path)
    token = {"csrfmiddlewaretoken": re.search(r'ewaretoken" value="(\w+)"', page)[1]}
    cookie = cookie.partition(";")[0]

    def is_let_by(body):
        status, _, text = ask(port, "POST", path, body | token, cookie)
        assert status in {302, 422}, status
        return MANY not in text

    with ThreadPoolExecutor(AT_ONCE) as together:
        return sum(together.map(is_let_by, bodies))


def guesses_at_codes(number):
    return [{"code": f"aaaa{one:04}"} for one in range(number)]


@pytest.fixture
def secret(transactional_db, reachable, guide):
    return services.hand_over_card(participant=reachable, by=guide, pin="2580")


def test_limits_hold_when_two_processes_are_asked_at_once(secret, children):
    port = serve(children, wsgi="portal.wsgi", workers=2)
    assert 1 <= tries_let_by(port, "handed_code", guesses_at_codes(14)) <= 10
    pins = [{"secret": secret, "pin": f"{one:04}"} for one in range(1000, 1012)]
    assert 1 <= tries_let_by(port, "card", pins) <= 10
    assert Card.objects.get().wrong <= 5
    tries_let_by(port, "account_request_login_code", [{"address": EMAIL}] * 7)
    assert 1 <= Reminder.objects.count() <= 5


@pytest.mark.skipif(not NIGHTLY, reason="a second server: in the nightly size")
def test_processes_that_count_for_themselves_are_found(transactional_db, children):
    port = serve(children, wsgi="tests.sign_in.forgetful", workers=2)
    assert tries_let_by(port, "handed_code", guesses_at_codes(30)) > 10
