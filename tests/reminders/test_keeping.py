"""What was sent long ago lies out of the way of what is due, and is still the person's to read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from participants.models import Participant
from portal.pages.extract.contents import SECTIONS
from portal.reminders.models import Line, PastReminder, Reminder, ReminderAttempt, Status
from portal.reminders.operations import keeping
from tests.database import app_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sent(robin_person):
    """A message to Robin that ended some days ago, with the lines of its call."""

    def make(days, **fields):
        then = timezone.now() - days * DAY
        row = Reminder.objects.create(
            kind="probe",
            subject_id=days,
            recipient_kind="PARTICIPANT",
            recipient_id=robin_person.pk,
            participant_id=robin_person.pk,
            **{"due_at": then, "next_at": then, "not_after": then + DAY, "ended_at": then}
            | {"status": Status.ACCEPTED}
            | fields,
        )
        ReminderAttempt.objects.create(reminder=row, lease_token=row.public_id, line=Line.BEGUN)
        return row

    return make


def test_what_ended_three_months_ago_moves_and_is_still_in_the_extract(sent, robin_person, guide):
    old, late = sent(91), sent(200, status=Status.GIVEN_UP, reason="TOO_LATE")
    kept = [
        sent(89),
        sent(92, status=Status.PLANNED, ended_at=None),
        sent(93, not_after=timezone.now() + DAY),  # may be wanted again
        sent(94, is_owed=True),  # a colleague is still to be asked
    ]
    with app_role():
        assert keeping.move_old(9) == 2
    assert set(Reminder.objects.all()) == set(kept)
    assert ReminderAttempt.objects.count() == len(kept)
    found = PastReminder.objects.order_by("ended_at").values_list("pk", "status", "reason")
    assert list(found) == [(late.pk, "GIVEN_UP", "TOO_LATE"), (old.pk, "ACCEPTED", "")]
    [section] = [one for one in SECTIONS if one.model is PastReminder]
    assert [one.pk for one in section.rows(robin_person, guide)] == [late.pk, old.pk]
    assert not section.rows(Participant(pk=0), guide).exists()


def test_nothing_younger_than_a_month_moves_whatever_is_asked(sent):
    young = sent(29)
    with app_role(), connection.cursor() as cursor:
        cursor.execute("SELECT move_old_reminders(now() + interval '1 year', 100)")
    assert list(Reminder.objects.all()) == [young]


def test_old_rows_are_found_by_an_index_of_what_has_ended(sent):
    """That due rows are found beside any number of old ones is shown in test_rows."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM reminders_reminder WHERE ended_at < now() - interval '90 days'"
            " AND not_after < now() AND NOT is_owed ORDER BY ended_at LIMIT 2000"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using reminder_that_ended" in plan
    assert "Sort" not in plan
