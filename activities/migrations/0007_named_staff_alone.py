"""Three more grounds, and the rule that stands around all of them.

*Intake opening*, *mandated* and the named colleagues of a protected person join the union. Around
it: nobody reaches the own record by working here, and a protected person is reached by named staff
alone. **A ground that comes later joins `grounds_expected`, so that the rule stays outermost.**
"""

from django.db import migrations

# A manager who is named keeps the name in sight, or nobody could lift the protection; a colleague
# who is named finds the person in the intake. 1 contact; 5 manager, 6 intake, 8 mandated.
PARTS = """
CREATE VIEW named_access_expected AS
SELECT m.user_id, m.id AS membership_id, unit.owner_id AS organisation_id, n.participant_id,
       NULL::bigint AS unit_id, ARRAY[1]::smallint[] AS info_types, 1::smallint AS level,
       (CASE m.role WHEN 'MANAGER' THEN 5 ELSE 6 END)::smallint AS ground,
       n.id * 10 + 1 AS source_id, greatest(n.started_at, m.started_at) AS valid_from,
       least(n.ended_at, m.ended_at) AS valid_until
FROM participants_namedstaff n
JOIN participants_participant p ON p.id = n.participant_id AND p.protection > 0
JOIN portal_membership m ON m.id = n.membership_id
JOIN portal_organisation unit ON unit.id = m.unit_id
WHERE n.ended_at IS NULL
  AND (m.role = 'MANAGER' OR (m.role IN ('GUIDE', 'CASE_MANAGER') AND p.in_intake))
  AND (m.ended_at IS NULL OR m.ended_at > greatest(n.started_at, m.started_at));

CREATE VIEW opening_access_expected AS
SELECT m.user_id, m.id AS membership_id, unit.owner_id AS organisation_id, o.participant_id,
       NULL::bigint AS unit_id, ARRAY[1,2,3,4,5,6,9]::smallint[] AS info_types,
       3::smallint AS level, 6::smallint AS ground, o.id * 10 + 2 AS source_id,
       greatest(o.opened_at, m.started_at) AS valid_from,
       least(o.until, i.closed_at, m.ended_at) AS valid_until
FROM participants_intakeopening o
JOIN participants_intake i ON i.id = o.intake_id
JOIN participants_participant p ON p.id = o.participant_id AND p.protection = 0
JOIN portal_membership m ON m.id = o.membership_id
JOIN portal_organisation unit ON unit.id = m.unit_id
WHERE m.role IN ('GUIDE', 'CASE_MANAGER')
  AND least(o.until, i.closed_at, m.ended_at) > greatest(o.opened_at, m.started_at);

-- The wall: no kinds of information, so nothing but the released copies; and never to somebody who
-- walks beside the person, or has done so.
CREATE VIEW mandated_access_expected AS
SELECT m.user_id, m.id AS membership_id, NULL::bigint AS organisation_id, r.participant_id,
       NULL::bigint AS unit_id, '{}'::smallint[] AS info_types, 0::smallint AS level,
       8::smallint AS ground, r.id AS source_id,
       greatest(coalesce(r.confirmed_at, r.opens_at), m.started_at) AS valid_from,
       least(r.taken_back_at, m.ended_at) AS valid_until
FROM activities_mandatedrelease r
JOIN portal_membership m ON m.unit_id = r.receiver_id AND m.role = 'BENEFITS_OFFICER'
WHERE (r.confirmed_at IS NOT NULL OR r.held_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM assignment a WHERE a.participant_id = r.participant_id AND a.user_id = m.user_id)
  AND (least(r.taken_back_at, m.ended_at) IS NULL
       OR least(r.taken_back_at, m.ended_at)
          > greatest(coalesce(r.confirmed_at, r.opens_at), m.started_at));
"""

COLUMNS = (
    "user_id, membership_id, organisation_id, participant_id, unit_id, info_types, level, ground,"
    " source_id, valid_from, valid_until"
)
HELD = ", ".join(f"held.{column}" for column in COLUMNS.split(", "))

RULE = f"""
ALTER VIEW access_expected RENAME TO support_access_expected;
CREATE VIEW grounds_expected AS
SELECT * FROM support_access_expected
UNION ALL SELECT * FROM named_access_expected
UNION ALL SELECT * FROM opening_access_expected
UNION ALL SELECT * FROM mandated_access_expected;

CREATE VIEW access_expected AS
SELECT {HELD}
FROM grounds_expected held JOIN participants_participant p ON p.id = held.participant_id
WHERE held.ground = 1
   OR (p.user_id IS DISTINCT FROM held.user_id
       AND (p.protection = 0 OR EXISTS (
         SELECT 1 FROM participants_namedstaff n
         WHERE n.participant_id = p.id AND n.membership_id = held.membership_id
           AND n.ended_at IS NULL)));

REVOKE ALL ON named_access_expected, opening_access_expected, mandated_access_expected,
  support_access_expected, grounds_expected, access_expected FROM portal_app;
"""


def leaders(source):
    """Return the function that works out a unit's leaders anew, reading from this view."""
    return f"""
CREATE OR REPLACE FUNCTION refresh_access_of_unit_leaders(unit bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7, unit::int);
  DELETE FROM portal_access held USING portal_membership m
  WHERE m.unit_id = unit AND held.user_id = m.user_id AND held.membership_id = m.id
    AND held.ground = 7;
  INSERT INTO portal_access ({COLUMNS})
  SELECT {COLUMNS} FROM {source}
  WHERE ground = 7 AND membership_id IN (SELECT id FROM portal_membership WHERE unit_id = unit)
  ON CONFLICT DO NOTHING;
END $$;
"""


REFRESH = (
    leaders("access_expected")
    + """
CREATE FUNCTION refresh_access_across_the_wall() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  FOR person IN
    SELECT participant_id FROM participants_namedstaff WHERE membership_id = NEW.id
    UNION SELECT participant_id FROM participants_intakeopening WHERE membership_id = NEW.id
    UNION SELECT participant_id FROM activities_mandatedrelease
      WHERE receiver_id = NEW.unit_id AND NEW.role = 'BENEFITS_OFFICER'
    UNION SELECT participant_id FROM portal_access
      WHERE user_id = NEW.user_id AND membership_id = NEW.id AND ground = 8
    ORDER BY 1
  LOOP
    PERFORM refresh_access(person);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER access_across_the_wall_follows
  AFTER INSERT OR UPDATE ON portal_membership
  FOR EACH ROW EXECUTE FUNCTION refresh_access_across_the_wall();
REVOKE ALL ON FUNCTION refresh_access_across_the_wall() FROM PUBLIC;
"""
    + "".join(
        f"CREATE TRIGGER access_follows_{event.lower()} AFTER {event} ON activities_mandatedrelease"
        f" REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION refresh_access_of_changed();\n"
        for event in ("INSERT", "UPDATE", "DELETE")
    )
)

DROP = (
    leaders("activity_access_expected")
    + """
DROP FUNCTION refresh_access_across_the_wall() CASCADE;
DROP TRIGGER access_follows_insert ON activities_mandatedrelease;
DROP TRIGGER access_follows_update ON activities_mandatedrelease;
DROP TRIGGER access_follows_delete ON activities_mandatedrelease;
DROP VIEW access_expected, grounds_expected;
ALTER VIEW support_access_expected RENAME TO access_expected;
DROP VIEW named_access_expected, opening_access_expected, mandated_access_expected;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0006_mandated_is_kept_apart"),
        ("participants", "0012_protected_identity"),
    ]

    operations = [migrations.RunSQL(PARTS + RULE + REFRESH, DROP)]
