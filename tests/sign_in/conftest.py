"""Somebody with a telephone and an address, and the outbox of codes."""

import re
import time

import pytest
import time_machine
from django.utils import timezone

from portal.actor import Actor
from portal.models import CodeMessage
from portal.reminders.models import Reminder
from portal.sign_in.codes import CODE, _opened
from tests.factories import ParticipantFactory, UserFactory

PHONE, EMAIL = "+46701740605", "robin@example.org"


@pytest.fixture
def reachable(robin_person):
    """Robin, with a number and an address that the guide has written down."""
    robin_person.phone, robin_person.email = PHONE, EMAIL
    robin_person.save(update_fields=["phone", "email"])
    return robin_person


@pytest.fixture
def sent():
    """Return the codes that wait in the outbox, as the dispatcher would say them."""

    def read():
        ids = Reminder.objects.filter(kind=CODE.code).values_list("subject_id", flat=True)
        return [one["code"] for _pk, one in sorted(_opened(list(ids)).items())]

    return read


@pytest.fixture
def stored():
    """Return what the database keeps of all codes, as bytes."""
    return lambda: b"".join(bytes(one.sealed or b"") for one in CodeMessage.objects.all())


def token_of(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


@pytest.fixture
def time_machine_later():
    """Move the clock of this process forward: time_machine_later(seconds)."""
    return lambda seconds: time_machine.travel(time.time() + seconds, tick=False)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def other_participant(db):
    """Somebody else, with an account of their own."""
    return Actor(ParticipantFactory(user=UserFactory(username="mika")).user)
