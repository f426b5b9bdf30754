"""A sheet has a version: two who write at once do not write over each other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0023_events_take_places_and_stand_nowhere'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='activity',
            name='submission_id',
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='support',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='support',
            name='submission_id',
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='sheet',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='sheet',
            name='submission_id',
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='place',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('WORK', 'A job or studies'), ('OTHER_ACTIVITY', 'Another activity'), ('OWN_WISH', 'The person wishes to stop'), ('PAUSE', 'A pause'), ('MOVED', 'Has moved'), ('OTHER_DAYS', 'Other days of the week'), ('MISTAKE', 'Was written by mistake'), ('ENDED', 'The activity ended')], max_length=16, verbose_name='why it ends'),
        ),
    ]
