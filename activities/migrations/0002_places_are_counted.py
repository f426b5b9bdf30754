"""How many have signed up is counted where it is written, so that a place is never given twice.

A count in the row also means that nobody needs to read other people's sign-ups to learn of it.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION count_sign_ups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before_session bigint; after_session bigint;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.withdrawn_at IS NULL THEN before_session := OLD.session_id; END IF;
  IF TG_OP <> 'DELETE' AND NEW.withdrawn_at IS NULL THEN after_session := NEW.session_id; END IF;
  IF before_session IS NOT DISTINCT FROM after_session THEN RETURN NULL; END IF;
  UPDATE activities_session SET signed_up = signed_up - 1 WHERE id = before_session;
  UPDATE activities_session SET signed_up = signed_up + 1 WHERE id = after_session;
  RETURN NULL;
END $$;

CREATE TRIGGER sign_ups_are_counted
  AFTER INSERT OR DELETE OR UPDATE OF withdrawn_at, session_id ON activities_signup
  FOR EACH ROW EXECUTE FUNCTION count_sign_ups();

-- For bulk loads, which switch the triggers off.
CREATE FUNCTION recount_sign_ups() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE activities_session held SET signed_up = counted.number
  FROM (
    SELECT session.id, count(one.id) AS number FROM activities_session session
    LEFT JOIN activities_signup one ON one.session_id = session.id AND one.withdrawn_at IS NULL
    GROUP BY session.id
  ) counted
  WHERE counted.id = held.id AND counted.number <> held.signed_up
$$;

REVOKE ALL ON FUNCTION count_sign_ups(), recount_sign_ups() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [
        migrations.RunSQL(
            COUNT, "DROP FUNCTION recount_sign_ups(); DROP FUNCTION count_sign_ups() CASCADE;"
        )
    ]
