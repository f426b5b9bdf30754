"""Who comes without an account takes the same places; an event by invitation cannot be found.

The table of those people is closed to all but the unit that runs the event, and the system's work.
"""

from importlib import import_module

from django.db import migrations

from portal.context import Purpose
from portal.policies import UNIT, Protect

TABLE = "activities_guestsignup"
LINE = import_module("activities.migrations.0008_there_is_a_line_for_a_place").COUNT
FOUND = import_module("activities.migrations.0015_directory_keeps_itself")

COUNT = f"""
CREATE TRIGGER guests_are_counted
  AFTER INSERT OR DELETE OR UPDATE OF withdrawn_at, waiting_since, session_id ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION count_sign_ups();

-- For bulk loads, which switch the triggers off.
CREATE OR REPLACE FUNCTION recount_sign_ups() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE activities_session held SET signed_up = counted.number
  FROM (
    SELECT session.id, count(one.session_id) AS number FROM activities_session session
    LEFT JOIN (
      SELECT session_id, withdrawn_at, waiting_since FROM activities_signup
      UNION ALL SELECT session_id, withdrawn_at, waiting_since FROM {TABLE}
    ) one ON one.session_id = session.id AND one.withdrawn_at IS NULL AND one.waiting_since IS NULL
    GROUP BY session.id
  ) counted
  WHERE counted.id = held.id AND counted.number <> held.signed_up
$$;
"""
_, _, RECOUNT = LINE.partition("-- For bulk loads, which switch the triggers off.\n")
ALONE = f"DROP TRIGGER guests_are_counted ON {TABLE};" + RECOUNT.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)

OWNER = "JOIN portal_organisation owner ON owner.id = activity.owner_id\n"
OPEN_ALONE = f"{OWNER}WHERE NOT activity.by_invitation\n"
NONE = "  IF one IS NULL THEN\n    INSERT"
HIDDEN = (
    "  IF expected.kind IS NULL THEN  -- by invitation: nobody finds it\n"
    "    UPDATE activities_entry SET is_open = false WHERE id = one;\n"
    "    DELETE FROM activities_entryword WHERE entry_id = one;\n"
    "    RETURN;\n"
    "  END IF;\n" + NONE
)


def directory(*, is_open_alone):
    """Return the view of what can be found, and the function that reads it, as they should be."""
    refresh, _, _rest = FOUND.REFRESH.partition("-- For bulk loads")
    expected, view = FOUND.EXPECTED, "CREATE OR REPLACE VIEW"
    if is_open_alone:
        expected, refresh = expected.replace(OWNER, OPEN_ALONE, 1), refresh.replace(NONE, HIDDEN)
    return expected.replace("CREATE VIEW", view) + refresh.replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )


FOLLOWS = """
CREATE TRIGGER directory_follows_an_invitation AFTER UPDATE OF by_invitation ON activities_activity
  FOR EACH ROW EXECUTE FUNCTION directory_follows();
"""
UNFOLLOWS = "DROP TRIGGER directory_follows_an_invitation ON activities_activity;"


class Migration(migrations.Migration):
    dependencies = [('activities', '0022_events')]

    operations = [
        migrations.RunSQL(COUNT, ALONE),
        migrations.RunSQL(
            directory(is_open_alone=True) + FOLLOWS, UNFOLLOWS + directory(is_open_alone=False)
        ),
        Protect(
            TABLE,
            "EXISTS (SELECT FROM activities_session session JOIN activities_activity activity"
            f" ON activity.id = session.activity_id WHERE session.id = {TABLE}.session_id"
            f" AND activity.organiser_id = {UNIT})",
            system=[Purpose.REMINDERS, Purpose.SESSIONS],
        ),
    ]
