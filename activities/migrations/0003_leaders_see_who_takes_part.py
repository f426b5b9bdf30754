"""The ground *activity*: a leader reaches those who take part in what the own unit runs.

Enrolled, signed up for a session on that day, or at the door within 60 days. Each part has its
start and end computed from its rows, so that no row is wrong because a day has passed.
"""

from django.db import migrations

# Three kinds of row give this ground; so that their numbers never meet, `source_id` is ten times
# the row's id plus 1 (enrolment), 2 (sign-up) or 3 (attendance).
TAKING_PART = """
CREATE VIEW taking_part AS
SELECT e.participant_id, activity.organiser_id AS unit_id, e.id * 10 + 1 AS source_id,
       least(e.created_at, e.started_on::timestamp AT TIME ZONE 'Europe/Stockholm') AS valid_from,
       (e.ended_on + 1)::timestamp AT TIME ZONE 'Europe/Stockholm' AS valid_until
FROM activities_enrolment e
JOIN activities_activity activity ON activity.id = e.activity_id
UNION ALL
SELECT s.participant_id, activity.organiser_id, s.id * 10 + 2,
       day.first::timestamp AT TIME ZONE 'Europe/Stockholm',
       greatest((day.first + 1)::timestamp AT TIME ZONE 'Europe/Stockholm', session.ends_at)
FROM activities_signup s
JOIN activities_session session ON session.id = s.session_id
JOIN activities_activity activity ON activity.id = session.activity_id
CROSS JOIN LATERAL (SELECT (session.starts_at AT TIME ZONE 'Europe/Stockholm')::date AS first) day
WHERE s.withdrawn_at IS NULL
UNION ALL
SELECT latest.participant_id, latest.organiser_id, latest.id * 10 + 3,
       latest.arrived_at, latest.arrived_at + interval '1440 hours'
FROM (
  SELECT DISTINCT ON (a.participant_id, activity.organiser_id)
         a.participant_id, activity.organiser_id, a.id, a.arrived_at
  FROM activities_attendance a
  JOIN activities_session session ON session.id = a.session_id
  JOIN activities_activity activity ON activity.id = session.activity_id
  WHERE a.removed_at IS NULL
  ORDER BY a.participant_id, activity.organiser_id, a.arrived_at DESC, a.id DESC
) latest;

CREATE VIEW activity_access_expected AS
SELECT m.user_id, m.id AS membership_id, unit.owner_id AS organisation_id, part.participant_id,
       NULL::bigint AS unit_id, reach.info_types, reach.level, 7::smallint AS ground,
       part.source_id, greatest(part.valid_from, m.started_at) AS valid_from,
       least(part.valid_until, m.ended_at) AS valid_until
FROM taking_part part
JOIN portal_membership m ON m.unit_id = part.unit_id AND m.role = 'ACTIVITY_LEADER'
JOIN portal_organisation unit ON unit.id = m.unit_id
JOIN role_reach reach ON reach.role = m.role
WHERE least(part.valid_until, m.ended_at) IS NULL
   OR least(part.valid_until, m.ended_at) > greatest(part.valid_from, m.started_at);

-- The rule stays one view: what follows from the team, and what follows from taking part.
ALTER VIEW access_expected RENAME TO team_access_expected;
CREATE VIEW access_expected AS
SELECT * FROM team_access_expected UNION ALL SELECT * FROM activity_access_expected;

REVOKE ALL ON taking_part, activity_access_expected, team_access_expected, access_expected
  FROM portal_app;
"""

COLUMNS = (
    "user_id, membership_id, organisation_id, participant_id, unit_id, info_types, level, ground,"
    " source_id, valid_from, valid_until"
)

# A new leader and a new enrolment in the same instant would not see each other. Whoever changes
# who takes part holds the unit shared, whoever changes its leaders holds it alone; 7 is the ground.
REFRESH = f"""
CREATE FUNCTION refresh_access_of_taking_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held bigint;
BEGIN
  IF TG_ARGV[0] = 'activity' THEN
    FOR held IN SELECT DISTINCT activity.organiser_id FROM changed
                JOIN activities_activity activity ON activity.id = changed.activity_id
                ORDER BY 1 LOOP
      PERFORM pg_advisory_xact_lock_shared(7, held::int);
    END LOOP;
  ELSE
    FOR held IN SELECT DISTINCT activity.organiser_id FROM changed
                JOIN activities_session session ON session.id = changed.session_id
                JOIN activities_activity activity ON activity.id = session.activity_id
                ORDER BY 1 LOOP
      PERFORM pg_advisory_xact_lock_shared(7, held::int);
    END LOOP;
  END IF;
  FOR held IN SELECT DISTINCT participant_id FROM changed ORDER BY 1 LOOP
    PERFORM refresh_access(held);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_unit_leaders(unit bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7, unit::int);
  DELETE FROM portal_access held USING portal_membership m
  WHERE m.unit_id = unit AND held.user_id = m.user_id AND held.membership_id = m.id
    AND held.ground = 7;
  INSERT INTO portal_access ({COLUMNS})
  SELECT {COLUMNS} FROM activity_access_expected
  WHERE membership_id IN (SELECT id FROM portal_membership WHERE unit_id = unit)
  ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION refresh_access_of_leaders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'activities_activity' THEN
    PERFORM refresh_access_of_unit_leaders(unit.id)
    FROM (SELECT unnest(ARRAY[OLD.organiser_id, NEW.organiser_id]) AS id ORDER BY 1) unit;
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.role = 'ACTIVITY_LEADER' THEN
      PERFORM refresh_access_of_unit_leaders(NEW.unit_id);
    END IF;
  ELSIF 'ACTIVITY_LEADER' IN (OLD.role, NEW.role) THEN
    PERFORM refresh_access_of_unit_leaders(unit.id)
    FROM (SELECT DISTINCT unnest(ARRAY[OLD.unit_id, NEW.unit_id]) AS id ORDER BY 1) unit;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_moved_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  FOR person IN SELECT participant_id FROM activities_signup
                WHERE session_id = NEW.id AND withdrawn_at IS NULL ORDER BY 1 LOOP
    PERFORM refresh_access(person);
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER access_follows_the_organiser
  AFTER UPDATE OF organiser_id ON activities_activity
  FOR EACH ROW WHEN (OLD.organiser_id <> NEW.organiser_id)
  EXECUTE FUNCTION refresh_access_of_leaders();
CREATE TRIGGER access_follows_the_session
  AFTER UPDATE OF starts_at, ends_at ON activities_session
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_moved_session();
CREATE TRIGGER access_of_leaders_follows
  AFTER INSERT OR UPDATE ON portal_membership
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_leaders();
"""

FOLLOWED = "".join(
    f"CREATE TRIGGER access_follows_{event.lower()} AFTER {event} ON activities_{table} "
    f"REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed "
    f"FOR EACH STATEMENT EXECUTE FUNCTION refresh_access_of_taking_part('{through}');\n"
    for table, through in (
        ("enrolment", "activity"),
        ("signup", "session"),
        ("attendance", "session"),
    )
    for event in ("INSERT", "UPDATE", "DELETE")
)

FUNCTIONS = (
    "refresh_access_of_taking_part()",
    "refresh_access_of_unit_leaders(bigint)",
    "refresh_access_of_leaders()",
    "refresh_access_of_moved_session()",
)
CLOSED = "".join(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC;\n" for name in FUNCTIONS)

DROP = (
    "".join(f"DROP FUNCTION {name} CASCADE;" for name in FUNCTIONS)
    + "DROP VIEW access_expected;"
    + "ALTER VIEW team_access_expected RENAME TO access_expected;"
    + "DROP VIEW activity_access_expected, taking_part;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_places_are_counted"),
        ("participants", "0002_access_follows_the_team"),
    ]

    operations = [migrations.RunSQL(TAKING_PART + REFRESH + FOLLOWED + CLOSED, DROP)]
