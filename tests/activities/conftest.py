"""A café that Lars runs, open as the test begins."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Contract
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    EventFactory,
    SessionFactory,
)
from tests.activities.meetings import later


@pytest.fixture
def kampen(leader):
    """Coffee and talk, run by the unit of the leader."""
    return ActivityFactory(
        slug="kaffe-och-samtal", name="Kaffe och samtal", organiser=leader.membership.unit
    )


@pytest.fixture
def cafe(kampen):
    """The café as it is open now."""
    return SessionFactory(activity=kampen)


@pytest.fixture
def workshop(leader):
    """Somewhere to come on one's own days."""
    return ActivityFactory(
        slug="corner", name="Corner", organiser=leader.membership.unit, contract=Contract.SCHEDULE
    )


@pytest.fixture
def enrolled(workshop, robin_person):
    """Robin has a place in the workshop, on every day of the week."""
    return EnrolmentFactory(
        participant=robin_person, activity=workshop, weekdays=[0, 1, 2, 3, 4, 5, 6]
    )


@pytest.fixture
def group(leader):
    """Lars's unit holds a meeting, with two places."""
    return EventFactory(name="Utvecklingsgruppen", organiser=leader.membership.unit)


@pytest.fixture
def meeting(group):
    return later(group, 2)


@pytest.fixture
def queries_of():
    """Count the queries of a page; the savepoints of the test itself are none of its."""

    def count(browser, page):
        with CaptureQueriesContext(connection) as captured:
            browser.get(page)
        return sum("SAVEPOINT" not in one["sql"] for one in captured)

    return count
