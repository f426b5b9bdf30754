"""Whether a colleague is away: whoever looks for somebody who rings may know that, and no more."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import USER

AWAY = f"""
CREATE FUNCTION is_away(account bigint, today date) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM reminders_wish
    WHERE recipient_kind = 'STAFF' AND recipient_id = account AND paused_until > today
      AND (current_setting('app.purpose', true) = '{Purpose.REMINDERS}' OR {USER} IS NOT NULL))
$$;
REVOKE ALL ON FUNCTION is_away(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_away(bigint, date) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0016_told_as_things_stand"),
    ]

    operations = [
        migrations.RunSQL(AWAY, "DROP FUNCTION is_away(bigint, date)"),
    ]
