"""Weekdays and a last day become one line of RFC 5545: there is one way of saying when it opens."""

import django.contrib.postgres.fields
from django.db import migrations, models

TO_RULES = """
UPDATE activities_openingrule SET recurrence = 'FREQ=WEEKLY;BYDAY=' || (
  SELECT string_agg((ARRAY['MO','TU','WE','TH','FR','SA','SU'])[day + 1], ',' ORDER BY day)
  FROM unnest(weekdays) day
) || coalesce(';UNTIL=' || to_char(valid_until, 'YYYYMMDD'), '');
"""
# What is said otherwise than by weekdays has no way back: then the statement fails, and nothing is lost.
TO_WEEKDAYS = """
UPDATE activities_openingrule SET
  weekdays = ARRAY(
    SELECT strpos('MOTUWETHFRSASU', day) / 2 FROM
    unnest(string_to_array(substring(recurrence FROM '^FREQ=WEEKLY;BYDAY=([A-Z,]+)'), ',')) day
    ORDER BY 1),
  valid_until = to_date(substring(recurrence FROM 'UNTIL=([0-9]{8})'), 'YYYYMMDD');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0011_hours_can_be_moved'),
    ]

    operations = [
        migrations.AddField(
            model_name='openingrule',
            name='recurrence',
            field=models.CharField(default='', max_length=100, verbose_name='how often'),
            preserve_default=False,
        ),
        migrations.RunSQL(TO_RULES, TO_WEEKDAYS),
        migrations.RemoveConstraint(
            model_name='openingrule',
            name='opening_hours_have_a_weekday',
        ),
        migrations.RemoveConstraint(
            model_name='openingrule',
            name='opening_hours_end_after_they_start',
        ),
        migrations.AlterField(
            model_name='openingrule',
            name='weekdays',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')]), default=list, verbose_name='weekdays'),
        ),
        migrations.RemoveField(
            model_name='openingrule',
            name='weekdays',
        ),
        migrations.RemoveField(
            model_name='openingrule',
            name='valid_until',
        ),
        migrations.AddConstraint(
            model_name='openingrule',
            constraint=models.CheckConstraint(condition=models.Q(('recurrence__regex', '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)')), name='opening_hours_come_back_once_a_day_at_most', violation_error_message='Hours come back once a day at most. Write one rule for each time.'),
        ),
    ]
