"""A row is late from when it was written, if its time had come before: nobody could know of it."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("portal.reminders.migrations.0020_late_from_when_it_was_ready").PLAN

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
    due_at, next_at, ready_at, not_after, priority, channel, status, reason, attempt, repeats)
  SELECT gen_random_uuid(), kind_code, subject_id, recipient_kind, recipient_id, participant_id,
    due_at, next_at, greatest(next_at, now()), not_after, urgency, coalesce(channel, way),
    'PLANNED', '', 0, 0
  FROM jsonb_to_recordset(wanted_rows) AS wanted (
    subject_id bigint, recipient_kind text, recipient_id bigint, participant_id bigint,
    due_at timestamptz, next_at timestamptz, not_after timestamptz, channel text)
  WHERE not_after > now()
  ORDER BY subject_id, recipient_kind, recipient_id, due_at
  ON CONFLICT (kind, subject_id, recipient_kind, recipient_id, due_at) DO UPDATE SET
    status = CASE held.status WHEN 'SENDING' THEN 'SENDING' ELSE 'PLANNED' END,
    next_at = CASE WHEN held.ended_at IS NULL THEN held.next_at ELSE excluded.next_at END,
    ready_at = CASE WHEN held.ended_at IS NULL THEN held.ready_at ELSE excluded.ready_at END,
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
    dependencies = [("reminders", "0020_late_from_when_it_was_ready")]

    operations = [migrations.RunSQL(PLAN, BEFORE)]
