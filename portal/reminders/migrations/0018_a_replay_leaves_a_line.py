"""That a colleague asked for a message to be sent again stands among its tries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0017_who_is_away")]

    operations = [
        migrations.AlterField(
            model_name="reminderattempt",
            name="line",
            field=models.CharField(
                choices=[
                    ("BEGUN", "begun"),
                    ("ACCEPTED", "accepted"),
                    ("TRANSIENT", "try again later"),
                    ("PERMANENT", "refused for good"),
                    ("UNKNOWN", "no answer"),
                    ("REPLAYED", "sent again by a colleague"),
                ],
                max_length=10,
            ),
        ),
    ]
