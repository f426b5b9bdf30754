"""Reminders are planned and cancelled through one function; attempts are only ever added.

An activity leader who cancels a session plans messages to people whose rows she may not read:
the function belongs to portal_owner and runs as it.
"""

from django.db import migrations

PLAN = """
CREATE FUNCTION plan_reminders(
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
    due_at, next_at, not_after, urgency, way, 'PLANNED', '', 0, 0
  FROM jsonb_to_recordset(wanted_rows) AS wanted (
    subject_id bigint, recipient_kind text, recipient_id bigint, participant_id bigint,
    due_at timestamptz, next_at timestamptz, not_after timestamptz)
  WHERE not_after > now()
  ORDER BY subject_id, recipient_kind, recipient_id, due_at
  ON CONFLICT (kind, subject_id, recipient_kind, recipient_id, due_at) DO UPDATE SET
    status = CASE held.status WHEN 'SENDING' THEN 'SENDING' ELSE 'PLANNED' END,
    next_at = CASE WHEN held.ended_at IS NULL THEN held.next_at ELSE excluded.next_at END,
    not_after = excluded.not_after,
    reason = '', ended_at = NULL, stopped_at = NULL
  WHERE held.status = 'CANCELLED'
    OR (held.status = 'SUPPRESSED' AND held.reason = 'NOT_WANTED')
    OR (held.status = 'PLANNED' AND held.not_after <> excluded.not_after)
    OR (held.status = 'SENDING' AND held.stopped_at IS NOT NULL);
END $$;

REVOKE ALL ON FUNCTION plan_reminders(text, bigint[], smallint, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plan_reminders(text, bigint[], smallint, text, jsonb) TO portal_app;
REVOKE INSERT, DELETE ON reminders_reminder FROM portal_app;
REVOKE UPDATE, DELETE ON reminders_reminderattempt FROM portal_app;
"""

DROP = """
GRANT UPDATE, DELETE ON reminders_reminderattempt TO portal_app;
GRANT INSERT, DELETE ON reminders_reminder TO portal_app;
DROP FUNCTION plan_reminders(text, bigint[], smallint, text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [migrations.RunSQL(PLAN, DROP)]
