"""Row-level security on what is sent to whom, and on how it went."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import of_a_person, protect

ATTEMPT = (
    "EXISTS (SELECT FROM reminders_reminder reminder"
    " WHERE reminder.id = reminders_reminderattempt.reminder_id)"
)
SYSTEM = [Purpose.REMINDERS]


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_figures_by_what_ended"),
        ("participants", "0008_second_belt"),
    ]

    operations = [
        protect("reminders_reminder", of_a_person("reminders_reminder"), system=SYSTEM),
        protect("reminders_reminderattempt", ATTEMPT, system=SYSTEM),
    ]
