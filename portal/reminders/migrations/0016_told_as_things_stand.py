"""How a person is told tells of a sign and of the account too, also where nothing was chosen.

A colleague who is about to save reads whether any message finds somebody. A browser that is sent a
sign finds them, chosen or not; the address of an account that is closed does not.
"""

from importlib import import_module

from django.db import migrations

from portal.context import Purpose
from portal.policies import USER, person

BEFORE = import_module("portal.reminders.migrations.0010_choices_are_followed").TOLD

TOLD = f"""
CREATE OR REPLACE FUNCTION told_how(person bigint) RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'channel', coalesce(w.channel, ''), 'kinds', coalesce(w.kinds, '{{}}'::jsonb),
    'pause', w.paused_until, 'sms', w.sms_since IS NOT NULL,
    'email', coalesce(w.email_failures, 0), 'phone', coalesce(w.phone_failures, 0),
    'account', coalesce(held.is_active, false),
    'push', coalesce(held.is_active, false)
      AND EXISTS (SELECT FROM portal_pushsubscription sign WHERE sign.user_id = held.id))
  FROM participants_participant
  LEFT JOIN reminders_wish w ON w.participant_id = participants_participant.id
  LEFT JOIN portal_user held ON held.id = participants_participant.user_id
  WHERE participants_participant.id = person AND (
    current_setting('app.purpose', true) = '{Purpose.REMINDERS}'
    OR ({USER} IS NOT NULL AND ({person()})))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0015_reasons_that_have_come"),
        ("portal", "0012_browsers_are_sent_a_sign"),
    ]

    operations = [
        migrations.RunSQL(TOLD, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
