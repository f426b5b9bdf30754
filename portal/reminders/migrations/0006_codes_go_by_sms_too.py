"""Codes to sign in are rows of the outbox, by e-mail or SMS, and are wiped when they have ended."""

from django.db import migrations, models

WIPE = """
CREATE FUNCTION wipe_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE portal_codemessage SET sealed = NULL WHERE id = NEW.subject_id;
  RETURN NULL;
END $$;

CREATE TRIGGER a_code_that_has_ended_is_wiped AFTER UPDATE ON reminders_reminder
FOR EACH ROW WHEN (NEW.kind = 'code' AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION wipe_code();
"""

KEEP = """
DROP TRIGGER a_code_that_has_ended_is_wiped ON reminders_reminder;
DROP FUNCTION wipe_code();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reminders', '0005_protected_people_are_never_written_to'),
        ('portal', '0009_ways_to_sign_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reminder',
            name='channel',
            field=models.CharField(choices=[('EMAIL', 'e-mail'), ('SMS', 'SMS')], default='EMAIL', max_length=8),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='recipient_kind',
            field=models.CharField(choices=[('STAFF', 'colleague'), ('PARTICIPANT', 'participant'), ('CODE', 'somebody who signs in')], max_length=12),
        ),
        migrations.RunSQL(WIPE, KEEP),
    ]
