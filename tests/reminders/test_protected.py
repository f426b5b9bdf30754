"""Nobody writes to a person with protected identity, and the figures say why."""

from datetime import date, timedelta

import pytest

from participants.models import Protection
from participants.notifications.steps import plan_step
from participants.services import protection
from portal.reminders import times
from portal.reminders.models import Reminder
from tests.factories import StepFactory

pytestmark = pytest.mark.django_db
DAY = date(2037, 3, 10)


def test_a_planned_reminder_is_held_back_and_says_why(robin_person, guide, manager, dispatch):
    step = StepFactory(
        participant=robin_person,
        due_on=DAY,
        created_at=times.midnight(DAY) - timedelta(days=30),
    )
    plan_step(step)
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Kim",
        reason="Hotbild, beslut i veckan",
        named=[guide.membership],
        by=manager,
    )
    _counts, mails = dispatch(times.day_before(DAY) + timedelta(minutes=1))
    assert mails == []
    row = Reminder.objects.get()
    assert (row.status, row.reason) == ("SUPPRESSED", "PROTECTED")
