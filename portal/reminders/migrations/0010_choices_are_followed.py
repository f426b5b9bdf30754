"""Who reads a choice about messages; what an address that changes takes back; each row its way.

A planned row may take another way than the rest of its subject, and takes it when it is planned
again, as long as nobody has tried to send it.
"""

from django.db import migrations

from portal.context import Purpose
from portal.models import Level
from portal.policies import USER, Protect, of_a_person, person

OWN = f"reminders_wish.recipient_kind = 'STAFF' AND reminders_wish.recipient_id = {USER}"
READS = of_a_person("reminders_wish", Level.READ)

# Whoever runs an activity hears how each who comes is told, and nothing else of what they chose.
TOLD = f"""
CREATE FUNCTION told_how(person bigint) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('channel', w.channel, 'kinds', w.kinds, 'pause', w.paused_until,
    'sms', w.sms_since IS NOT NULL, 'email', w.email_failures, 'phone', w.phone_failures)
  FROM reminders_wish w
  JOIN participants_participant ON participants_participant.id = w.participant_id
  WHERE w.participant_id = person AND (
    current_setting('app.purpose', true) = '{Purpose.REMINDERS}'
    OR ({USER} IS NOT NULL AND ({person()})))
$$;
REVOKE ALL ON FUNCTION told_how(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION told_how(bigint) TO portal_app;
"""

FOLLOW = """
CREATE FUNCTION forget_failures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE reminders_wish SET
    email_failures = CASE WHEN NEW.email IS DISTINCT FROM OLD.email THEN 0 ELSE email_failures END,
    phone_failures = CASE WHEN NEW.phone IS DISTINCT FROM OLD.phone THEN 0 ELSE phone_failures END,
    confirmed_at = CASE WHEN NEW.phone IS DISTINCT FROM OLD.phone THEN NULL ELSE confirmed_at END
  WHERE (TG_TABLE_NAME = 'participants_participant' AND participant_id = NEW.id)
    OR (TG_TABLE_NAME = 'portal_user' AND (
      (recipient_kind = 'STAFF' AND recipient_id = NEW.id)
      OR participant_id = (SELECT id FROM participants_participant WHERE user_id = NEW.id)));
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION forget_failures() FROM PUBLIC;
CREATE TRIGGER another_address_is_tried_afresh AFTER UPDATE OF email, phone
  ON participants_participant FOR EACH ROW
  WHEN (NEW.email <> OLD.email OR NEW.phone <> OLD.phone) EXECUTE FUNCTION forget_failures();
CREATE TRIGGER another_address_is_tried_afresh AFTER UPDATE OF email
  ON portal_user FOR EACH ROW
  WHEN (NEW.email IS DISTINCT FROM OLD.email) EXECUTE FUNCTION forget_failures();
"""
UNFOLLOW = """
DROP TRIGGER another_address_is_tried_afresh ON portal_user;
DROP TRIGGER another_address_is_tried_afresh ON participants_participant;
DROP FUNCTION forget_failures();
"""

PLAN = """
CREATE OR REPLACE FUNCTION plan_reminders(
  kind_code text, subjects bigint[], urgency smallint, way text, wanted_rows jsonb
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- A row that is being sent keeps its true outcome, and is marked so that nobody tries it again.
  UPDATE reminders_reminder AS held SET
    status = CASE held.status WHEN 'PLANNED' THEN 'CANCELLED' ELSE held.status END,
    reason = CASE held.status WHEN 'PLANNED' THEN 'NOT_WANTED' ELSE held.reason END,
    ended_at = CASE held.status WHEN 'PLANNED' THEN now() END,
    stopped_at = CASE held.status WHEN 'SENDING' THEN now() END
  WHERE held.kind = kind_code AND held.subject_id = ANY (subjects)
    AND (held.status = 'PLANNED' OR (held.status = 'SENDING' AND held.stopped_at IS NULL))
    AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset(wanted_rows) AS wanted (
        subject_id bigint, recipient_kind text, recipient_id bigint, due_at timestamptz)
      WHERE (wanted.subject_id, wanted.recipient_kind, wanted.recipient_id, wanted.due_at)
          = (held.subject_id, held.recipient_kind, held.recipient_id, held.due_at));

  -- In the order of the key, so that two who plan the same rows wait in line and never cross.
  -- A planned row keeps its `next_at`: it may be waiting after a failure, or for the morning.
  INSERT INTO reminders_reminder AS held (
    public_id, kind, subject_id, recipient_kind, recipient_id, participant_id,
    due_at, next_at, not_after, priority, channel, status, reason, attempt, repeats)
  SELECT gen_random_uuid(), kind_code, subject_id, recipient_kind, recipient_id, participant_id,
    due_at, next_at, not_after, urgency, coalesce(channel, way), 'PLANNED', '', 0, 0
  FROM jsonb_to_recordset(wanted_rows) AS wanted (
    subject_id bigint, recipient_kind text, recipient_id bigint, participant_id bigint,
    due_at timestamptz, next_at timestamptz, not_after timestamptz, channel text)
  WHERE not_after > now()
  ORDER BY subject_id, recipient_kind, recipient_id, due_at
  ON CONFLICT (kind, subject_id, recipient_kind, recipient_id, due_at) DO UPDATE SET
    status = CASE held.status WHEN 'SENDING' THEN 'SENDING' ELSE 'PLANNED' END,
    next_at = CASE WHEN held.ended_at IS NULL THEN held.next_at ELSE excluded.next_at END,
    not_after = excluded.not_after,
    channel = CASE WHEN held.status = 'SENDING' OR held.attempt > 0 THEN held.channel
      ELSE excluded.channel END,
    reason = '', ended_at = NULL, stopped_at = NULL
  WHERE held.status = 'CANCELLED'
    OR (held.status = 'SUPPRESSED' AND held.reason = 'NOT_WANTED')
    OR (held.status = 'PLANNED' AND (held.not_after <> excluded.not_after
      OR (held.attempt = 0 AND held.channel <> excluded.channel)))
    OR (held.status = 'SENDING' AND held.stopped_at IS NOT NULL);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0009_wishes"),
        ("participants", "0010_second_belt"),
        ("portal", "0009_ways_to_sign_in"),
    ]

    operations = [
        Protect(
            "reminders_wish",
            f"({READS}) OR ({OWN})",
            system=[Purpose.REMINDERS],
        ),
        migrations.RunSQL(TOLD, "DROP FUNCTION told_how(bigint)"),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunSQL(PLAN, migrations.RunSQL.noop),
    ]
