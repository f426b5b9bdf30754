"""Known and unknown take as long: on sign-in, a code asked for, a new password, a card, a record.

Three hundred samples of each, one after the other in turn, in the nightly size alone: a busy
machine tells nothing by fewer. What each page says, and how many queries it makes, is compared on
every change (test_handed_over, test_code, tests/test_same_answer.py).
"""

import statistics
import time
from typing import ClassVar
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.services import sign_in as services
from tests.factories import ContactFactory, ParticipantFactory
from tests.sign_in.conftest import EMAIL
from tests.size import NIGHTLY
from tests.test_access import quiet

__all__ = ["quiet"]  # a fixture
SAMPLES = 300
LEAST, SHARE = 0.002, 0.10  # seconds, and of the median
RIGHT = "ett bra losenord"


@pytest.fixture
def ways(reachable, guide, outsider):
    """Return what is posted where, by whom: somebody who is known, and somebody who is not."""
    reachable.user.set_password(RIGHT)
    reachable.user.email = EMAIL
    reachable.user.save()
    secret = services.hand_over_card(participant=reachable, by=guide, pin="2580")
    return {
        "account_login": (
            {"login": EMAIL, "password": "fel fel fel"},
            {"login": "ingen@example.org", "password": "fel fel fel"},
        ),
        "account_request_login_code": ({"address": EMAIL}, {"address": "ingen@example.org"}),
        "account_reset_password": ({"email": EMAIL}, {"email": "ingen@example.org"}),
        "card": ({"secret": secret, "pin": "9999"}, {"secret": "A" * 32, "pin": "9999"}),
    }


def timed(act):
    """Return how long an act took; what it changed is undone, and no limit is reached."""
    cache.clear()
    with transaction.atomic():
        began = time.perf_counter()
        act()
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


def medians(acts, samples):
    """Take turns, the first of each turn by turns: a machine grows slower and faster."""
    times = ([], [])
    for number in range(samples + 10):
        for which in (0, 1) if number % 2 else (1, 0):
            times[which].append(timed(acts[which]))
    return [statistics.median(one[10:]) for one in times]


def are_alike(one, other):
    return abs(one - other) <= max(LEAST, SHARE * min(one, other))


def posting(name, body):
    return lambda: Client().post(reverse(name), body)


def queries_of(act):
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        act()
        transaction.set_rollback(True)
    return len(queries)


WAYS = ["account_login", "account_request_login_code", "account_reset_password", "card"]


@pytest.mark.parametrize("name", WAYS)
def test_known_and_unknown_cost_as_many_queries(ways, name, quiet):
    known, unknown = (queries_of(posting(name, body)) for body in ways[name])
    assert known == unknown, (known, unknown)


class CountedHasher(Argon2PasswordHasher):
    """Argon2 as it is, which also says how often it has worked."""

    done: ClassVar[list[str]] = []

    def encode(self, *args, **kwargs):
        self.done.append("encode")
        return super().encode(*args, **kwargs)

    def verify(self, *args, **kwargs):
        self.done.append("verify")
        return super().verify(*args, **kwargs)


@pytest.mark.parametrize("login", [EMAIL, "robin", "ingen@example.org", "ingen"])
def test_a_wrong_password_is_weighed_once_whoever_it_is(ways, login, settings, quiet):
    settings.PASSWORD_HASHERS = [f"{__name__}.{CountedHasher.__name__}"]
    CountedHasher.done.clear()
    posting("account_login", {"login": login, "password": "fel fel fel"})()
    assert len(CountedHasher.done) == 1


@pytest.mark.skipif(not NIGHTLY, reason="hundreds of samples: in the nightly size")
@pytest.mark.parametrize("name", WAYS)
def test_known_and_unknown_take_as_long(ways, name, quiet):
    both = medians([posting(name, body) for body in ways[name]], SAMPLES)
    print(name, *(f"{one * 1000:.2f} ms" for one in both))
    assert are_alike(*both)


@pytest.mark.skipif(not NIGHTLY, reason="hundreds of samples: in the nightly size")
@pytest.mark.parametrize(
    ("page", "kind"), [("person_record", "person"), ("participants:contact_detail", "note")]
)
def test_somebody_elses_and_nobodys_take_as_long(acting, outsider, reachable, page, kind, quiet):
    ParticipantFactory(main_contact=outsider.membership)
    theirs = reachable if kind == "person" else ContactFactory(participant=reachable)
    browser = acting(outsider)
    urls = [reverse(page, args=[one]) for one in (theirs.public_id, uuid4())]
    both = medians([lambda url=url: browser.get(url) for url in urls], SAMPLES)
    print(page, *(f"{one * 1000:.2f} ms" for one in both))
    assert are_alike(*both)


def test_five_thousandths_more_are_found(db):
    both = medians([lambda: None, lambda: time.sleep(0.005)], 5)
    assert not are_alike(*both)
