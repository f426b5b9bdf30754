"""What ended three months ago moves out of the outbox, which so keeps its size whatever is sent.

portal_app may delete nothing that was said: one function moves it, and none that is younger than a
month, whatever it is asked.
"""

from django.db import migrations, models

import portal.reminders.models
from portal.context import Purpose
from portal.models import Level
from portal.policies import Protect, of_a_person

OUTBOX = portal.reminders.models

# A message that may still be planned again, or be asked of a colleague, stays where it is.
MOVE = """
CREATE FUNCTION move_old_reminders(before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE moved integer;
BEGIN
  WITH old AS (
    SELECT id FROM reminders_reminder
    WHERE ended_at < least(before, now() - interval '30 days')
      AND not_after < now() AND NOT is_owed
    ORDER BY ended_at LIMIT most FOR UPDATE SKIP LOCKED
  ), line AS (
    DELETE FROM reminders_reminderattempt WHERE reminder_id IN (SELECT id FROM old)
  ), gone AS (
    DELETE FROM reminders_reminder WHERE id IN (SELECT id FROM old) RETURNING *
  )
  INSERT INTO reminders_pastreminder (id, kind, subject_id, recipient_kind, recipient_id,
    participant_id, due_at, channel, status, reason, repeats, ended_at)
  SELECT id, kind, subject_id, recipient_kind, recipient_id,
    participant_id, due_at, channel, status, reason, repeats, ended_at FROM gone;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

REVOKE ALL ON FUNCTION move_old_reminders(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION move_old_reminders(timestamptz, integer) TO portal_app;
REVOKE INSERT, UPDATE, DELETE ON reminders_pastreminder FROM portal_app;
"""

STAY = """
GRANT INSERT, UPDATE, DELETE ON reminders_pastreminder TO portal_app;
DROP FUNCTION move_old_reminders(timestamptz, integer);
"""


class Migration(migrations.Migration):
    dependencies = [('reminders', '0011_operations')]

    operations = [
        migrations.CreateModel(
            name="PastReminder",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                (
                    "recipient_kind",
                    models.CharField(choices=OUTBOX.RecipientKind.choices, max_length=12),
                ),
                ("recipient_id", models.BigIntegerField()),
                ("participant_id", models.BigIntegerField(null=True)),
                ("due_at", models.DateTimeField()),
                ("channel", models.CharField(choices=OUTBOX.Channel.choices, max_length=8)),
                ("status", models.CharField(choices=OUTBOX.Status.choices, max_length=10)),
                (
                    "reason",
                    models.CharField(blank=True, choices=OUTBOX.Reason.choices, max_length=14),
                ),
                ("repeats", models.PositiveSmallIntegerField()),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "reminder of long ago",
                "verbose_name_plural": "reminders of long ago",
                "indexes": [
                    models.Index(
                        condition=models.Q(("participant_id__isnull", False)),
                        fields=["participant_id"],
                        name="past_reminder_of_person",
                    )
                ],
            },
        ),
        Protect(
            "reminders_pastreminder",
            of_a_person("reminders_pastreminder", Level.READ),
            system=[Purpose.REMINDERS],
        ),
        migrations.RunSQL(MOVE, STAY),
    ]
