"""The day before a step, whoever does it hears of it once."""

from datetime import date, timedelta

import pytest

from participants import notifications
from portal.reminders import times
from portal.reminders.models import Reminder, Status
from tests.factories import StepFactory

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 10)


def planned():
    return list(Reminder.objects.filter(status=Status.PLANNED).order_by("pk"))


def written(step, days_before=30, **fields):
    """Return a step that was written some days before it is due."""
    return StepFactory(
        due_on=DAY, created_at=times.midnight(DAY) - timedelta(days=days_before), **step, **fields
    )


def test_robin_hears_of_an_own_step_at_four_the_day_before(robin_person):
    step = written({"participant": robin_person})
    notifications.plan_step(step)
    [row] = planned()
    assert (row.recipient_kind, row.recipient_id) == ("PARTICIPANT", robin_person.pk)
    assert times.local(row.due_at).isoformat() == "2027-03-09T16:00:00+01:00"
    assert row.not_after == times.midnight(DAY)


def test_planning_five_times_gives_the_same_row(robin_person):
    step = written({"participant": robin_person})
    for _ in range(5):
        notifications.plan_step(step)
    assert len(planned()) == 1
