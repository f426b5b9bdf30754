"""Row-level security on what is sent to whom, and on how it went."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import Protect, of_a_person

ATTEMPT = (
    "EXISTS (SELECT FROM reminders_reminder reminder"
    " WHERE reminder.id = reminders_reminderattempt.reminder_id)"
)
SYSTEM = [Purpose.REMINDERS]


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_figures_by_what_ended"),
        ("participants", "0010_second_belt"),
    ]

    operations = [
        Protect("reminders_reminder", of_a_person("reminders_reminder"), system=SYSTEM),
        Protect("reminders_reminderattempt", ATTEMPT, system=SYSTEM),
    ]
