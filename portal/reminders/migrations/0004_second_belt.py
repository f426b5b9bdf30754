"""Row-level security on what is sent to whom: colleagues read it of those whose record they read.

How it went is the system's own. Each letter that leaves writes here twice, so the policies name
`Access` alone: to plan one through the table of persons took longer than to write the outcome.
"""

from django.db import migrations

from portal.context import Purpose
from portal.models import Level
from portal.policies import Protect, of_a_person

SYSTEM = [Purpose.REMINDERS]
NOBODY = "false"


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_figures_by_what_ended"),
        ("participants", "0010_second_belt"),
    ]

    operations = [
        Protect(
            "reminders_reminder", of_a_person("reminders_reminder", Level.READ), system=SYSTEM
        ),
        Protect("reminders_reminderattempt", NOBODY, system=SYSTEM),
    ]
