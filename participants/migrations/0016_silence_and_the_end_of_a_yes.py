"""Reminders look for people nobody has been in touch with, and for a yes that ends: by an index."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participants", "0015_representatives_speak_for_people")]

    operations = [
        migrations.AddIndex(
            model_name="caseload",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("last_contact_at", "since"),
                condition=models.Q(("is_main_contact", True)),
                name="caseload_by_silence",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None)),
                fields=["valid_until"],
                name="consent_by_its_end",
            ),
        ),
    ]
