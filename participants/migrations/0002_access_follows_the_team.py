"""`Access` and `Caseload` are computed here, in the transaction of the change that moves them.

The rule is one view, `access_expected`; `refresh_access` makes one person's rows equal to it. The
functions belong to portal_owner and run as it: portal_app may not write these tables.
"""

from django.db import migrations

# role, info types, level: the same table as portal.access.REACH, compared by a test
ROLE_REACH = """
CREATE VIEW role_reach (role, info_types, level) AS VALUES
  ('GUIDE', ARRAY[1,2,3,4,5,6,7,8,9]::smallint[], 3::smallint),
  ('CASE_MANAGER', ARRAY[1,2,3,4,5,6,7,8,9]::smallint[], 3::smallint),
  ('JOB_COACH', ARRAY[1,2,3,4,5,6,9]::smallint[], 3::smallint),
  ('MANAGER', ARRAY[1]::smallint[], 1::smallint),
  ('ACTIVITY_LEADER', ARRAY[3]::smallint[], 1::smallint);
"""

UNIT_TREE = """
CREATE VIEW organisation_tree (ancestor_id, unit_id, owner_id) AS
WITH RECURSIVE tree AS (
  SELECT id AS ancestor_id, id, kind, owner_id FROM portal_organisation
  UNION ALL
  SELECT tree.ancestor_id, child.id, child.kind, child.owner_id
  FROM tree JOIN portal_organisation child ON child.parent_id = tree.id
)
SELECT ancestor_id, id, owner_id FROM tree WHERE kind = 'UNIT';
"""

# Grounds: 1 own, 2 main contact, 3 team, 4 consent, 5 manager, 6 intake (portal.models.Ground).
EXPECTED = """
CREATE VIEW assignment AS
SELECT mc.participant_id, mc.id AS source_id, 2 AS ground, false AS rests_on_consent,
       m.id AS membership_id, m.user_id, m.role, unit.owner_id AS organisation_id,
       greatest(mc.started_at, m.started_at) AS valid_from,
       least(mc.ended_at, m.ended_at) AS valid_until
FROM participants_maincontact mc
JOIN portal_membership m ON m.id = mc.membership_id
JOIN portal_organisation unit ON unit.id = m.unit_id
UNION ALL
SELECT tm.participant_id, tm.id, 3, tm.rests_on_consent,
       m.id, m.user_id, m.role, unit.owner_id,
       greatest(tm.started_at, m.started_at),
       least(tm.ended_at, m.ended_at,
             (tm.planned_end_on + 1)::timestamp AT TIME ZONE 'Europe/Stockholm')
FROM participants_teammember tm
JOIN portal_membership m ON m.id = tm.membership_id
JOIN portal_organisation unit ON unit.id = m.unit_id;

CREATE VIEW access_expected AS
SELECT p.user_id, 0::bigint AS membership_id, NULL::bigint AS organisation_id,
       p.id AS participant_id, NULL::bigint AS unit_id,
       ARRAY[1,2,3,4,5,6,7,8,9]::smallint[] AS info_types, 3::smallint AS level,
       1::smallint AS ground, p.id AS source_id,
       p.registered_at AS valid_from, NULL::timestamptz AS valid_until
FROM participants_participant p
WHERE p.user_id IS NOT NULL
UNION ALL
SELECT a.user_id, a.membership_id, a.organisation_id, a.participant_id, NULL,
       reach.info_types, reach.level, a.ground::smallint, a.source_id, a.valid_from, a.valid_until
FROM assignment a JOIN role_reach reach ON reach.role = a.role
WHERE NOT a.rests_on_consent AND (a.valid_until IS NULL OR a.valid_until > a.valid_from)
UNION ALL
SELECT a.user_id, a.membership_id, a.organisation_id, a.participant_id, NULL,
       ARRAY[c.info_type], 2::smallint, 4::smallint, c.id,
       greatest(a.valid_from, c.valid_from),
       least(a.valid_until, c.valid_until, c.withdrawn_at)
FROM assignment a
JOIN role_reach reach ON reach.role = a.role
JOIN participants_consent c
  ON c.participant_id = a.participant_id AND c.receiver_id = a.organisation_id
 AND c.info_type = ANY (reach.info_types)
WHERE least(a.valid_until, c.valid_until, c.withdrawn_at) > greatest(a.valid_from, c.valid_from);

CREATE VIEW unit_access_expected AS
SELECT m.user_id, m.id AS membership_id, tree.owner_id AS organisation_id,
       NULL::bigint AS participant_id, tree.unit_id, ARRAY[1]::smallint[] AS info_types,
       1::smallint AS level,
       (CASE m.role WHEN 'MANAGER' THEN 5 ELSE 6 END)::smallint AS ground,
       m.id AS source_id, m.started_at AS valid_from, m.ended_at AS valid_until
FROM portal_membership m JOIN organisation_tree tree ON tree.ancestor_id = m.unit_id
WHERE m.role IN ('MANAGER', 'GUIDE', 'CASE_MANAGER');
"""

# One row per colleague and person, from the items that this colleague may see at this moment.
CASELOAD = """
CREATE VIEW caseload_expected AS
SELECT a.membership_id, a.participant_id, a.is_main_contact, a.since, a.until,
       coalesce(contact.occurred_at < a.since, true) AS is_new,
       contact.occurred_at AS last_contact_at, coalesce(contact.mode, '') AS last_contact_mode,
       step.id AS next_step_id, step.due_on AS next_step_on
FROM (
  SELECT membership_id, participant_id, bool_or(ground = 2) AS is_main_contact,
         min(valid_from) AS since,
         CASE WHEN bool_or(valid_until IS NULL) THEN NULL ELSE max(valid_until) END AS until
  FROM portal_access
  WHERE ground IN (2, 3, 4) AND participant_id IS NOT NULL
    AND (valid_until IS NULL OR valid_until > now())
  GROUP BY membership_id, participant_id
) a
LEFT JOIN LATERAL (
  SELECT c.occurred_at, c.mode FROM participants_contact c
  WHERE c.participant_id = a.participant_id AND c.removed_at IS NULL
    AND c.counterpart = 'PARTICIPANT' AND c.outcome = 'REACHED'
    AND EXISTS (
      SELECT 1 FROM portal_access g
      WHERE g.membership_id = a.membership_id AND g.participant_id = a.participant_id
        AND (g.valid_until IS NULL OR g.valid_until > now()) AND g.valid_from <= now()
        AND c.info_type = ANY (g.info_types)
        AND (g.organisation_id = c.owner_id OR (g.ground = 4 AND c.audience = 'TEAM')))
  ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1
) contact ON true
LEFT JOIN LATERAL (
  SELECT s.id, s.due_on FROM participants_step s
  WHERE s.participant_id = a.participant_id AND s.finished_at IS NULL AND s.removed_at IS NULL
    AND EXISTS (
      SELECT 1 FROM portal_access g
      WHERE g.membership_id = a.membership_id AND g.participant_id = a.participant_id
        AND (g.valid_until IS NULL OR g.valid_until > now()) AND g.valid_from <= now()
        AND s.info_type = ANY (g.info_types)
        AND (g.organisation_id = s.owner_id OR g.ground = 4))
  ORDER BY s.due_on NULLS LAST, s.id LIMIT 1
) step ON true;
"""

COLUMNS = (
    "user_id, membership_id, organisation_id, participant_id, unit_id, info_types, level, ground,"
    " source_id, valid_from, valid_until"
)

REFRESH = f"""
CREATE FUNCTION refresh_caseload(person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM participants_participant WHERE id = person FOR NO KEY UPDATE;
  DELETE FROM participants_caseload held WHERE held.participant_id = person AND NOT EXISTS (
    SELECT 1 FROM caseload_expected e
    WHERE e.participant_id = person AND e.membership_id = held.membership_id);
  INSERT INTO participants_caseload AS held (membership_id, participant_id, is_main_contact, since,
    until, is_new, last_contact_at, last_contact_mode, next_step_id, next_step_on)
  SELECT e.membership_id, e.participant_id, e.is_main_contact, e.since, e.until, e.is_new,
    e.last_contact_at, e.last_contact_mode, e.next_step_id, e.next_step_on
  FROM caseload_expected e WHERE e.participant_id = person
  ON CONFLICT (participant_id, membership_id) DO UPDATE SET
    is_main_contact = excluded.is_main_contact, since = excluded.since, until = excluded.until,
    is_new = excluded.is_new, last_contact_at = excluded.last_contact_at,
    last_contact_mode = excluded.last_contact_mode, next_step_id = excluded.next_step_id,
    next_step_on = excluded.next_step_on;
END $$;

-- The person's row is locked first and read in the next statement (READ COMMITTED): without that,
-- a change of team racing a withdrawal wrote the ended consent back (reliability.md 4.1).
CREATE FUNCTION refresh_access(person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM participants_participant WHERE id = person FOR NO KEY UPDATE;
  UPDATE participants_participant p SET unit_id = now_in.unit_id, in_intake = now_in.in_intake
  FROM (
    SELECT coalesce(contact.unit_id, waiting.unit_id) AS unit_id,
           contact.unit_id IS NULL AND waiting.unit_id IS NOT NULL AS in_intake
    FROM (SELECT 1) AS one
    LEFT JOIN (
      SELECT m.unit_id FROM participants_maincontact mc
      JOIN portal_membership m ON m.id = mc.membership_id
      WHERE mc.participant_id = person AND mc.ended_at IS NULL
    ) contact ON true
    LEFT JOIN (
      SELECT unit_id FROM participants_intake WHERE participant_id = person AND closed_at IS NULL
    ) waiting ON true
  ) now_in
  WHERE p.id = person
    AND (p.unit_id, p.in_intake) IS DISTINCT FROM (now_in.unit_id, now_in.in_intake)
    AND now_in.unit_id IS NOT NULL;  -- a closed person stays with the last unit
  DELETE FROM portal_access held WHERE held.participant_id = person AND NOT EXISTS (
    SELECT 1 FROM access_expected e WHERE e.participant_id = person AND
      ROW(e.user_id, e.membership_id, e.organisation_id, e.info_types, e.level, e.ground,
          e.source_id, e.valid_from, e.valid_until) IS NOT DISTINCT FROM
      ROW(held.user_id, held.membership_id, held.organisation_id, held.info_types, held.level,
          held.ground, held.source_id, held.valid_from, held.valid_until));
  INSERT INTO portal_access ({COLUMNS})
  SELECT {COLUMNS} FROM access_expected WHERE participant_id = person ON CONFLICT DO NOTHING;
  PERFORM refresh_caseload(person);
END $$;

CREATE FUNCTION refresh_unit_access(membership bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM portal_access WHERE membership_id = membership AND participant_id IS NULL;
  INSERT INTO portal_access ({COLUMNS})
  SELECT {COLUMNS} FROM unit_access_expected WHERE membership_id = membership;
END $$;

-- For bulk loads, which switch the triggers off.
CREATE FUNCTION rebuild_access() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM portal_access;
  INSERT INTO portal_access ({COLUMNS}) SELECT {COLUMNS} FROM access_expected;
  INSERT INTO portal_access ({COLUMNS}) SELECT {COLUMNS} FROM unit_access_expected;
  ANALYZE portal_access;
  DELETE FROM participants_caseload;
  INSERT INTO participants_caseload (membership_id, participant_id, is_main_contact, since, until,
    is_new, last_contact_at, last_contact_mode, next_step_id, next_step_on)
  SELECT membership_id, participant_id, is_main_contact, since, until, is_new, last_contact_at,
    last_contact_mode, next_step_id, next_step_on FROM caseload_expected;
END $$;

-- The nightly proof that no trigger is missing: rows in force that table and view do not share.
CREATE FUNCTION access_differences() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH held AS (SELECT {COLUMNS} FROM portal_access),
  expected AS (
    SELECT {COLUMNS} FROM access_expected UNION ALL SELECT {COLUMNS} FROM unit_access_expected
  )
  SELECT count(*) FROM (
    (SELECT * FROM held EXCEPT SELECT * FROM expected)
    UNION ALL
    (SELECT * FROM expected EXCEPT SELECT * FROM held)
  ) different
$$;
"""

TRIGGERS = """
CREATE FUNCTION refresh_access_of_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  FOR person IN SELECT DISTINCT participant_id FROM changed
                WHERE participant_id IS NOT NULL ORDER BY participant_id LOOP
    PERFORM refresh_access(person);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_caseload_of_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  FOR person IN SELECT DISTINCT participant_id FROM changed ORDER BY participant_id LOOP
    PERFORM refresh_caseload(person);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refresh_access(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM changed ORDER BY id LOOP
    PERFORM refresh_unit_access(one);
  END LOOP;
  FOR one IN SELECT DISTINCT a.participant_id FROM assignment a
             JOIN changed ON changed.id = a.membership_id ORDER BY 1 LOOP
    PERFORM refresh_access(one);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_organisation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM portal_membership ORDER BY id LOOP
    PERFORM refresh_unit_access(one);
  END LOOP;
  IF TG_OP = 'UPDATE' THEN
    FOR one IN SELECT DISTINCT a.participant_id FROM assignment a
               JOIN portal_membership m ON m.id = a.membership_id
               JOIN changed ON changed.id = m.unit_id ORDER BY 1 LOOP
      PERFORM refresh_access(one);
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER access_follows_the_person
  AFTER INSERT OR UPDATE OF user_id, closed_at ON participants_participant
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_person();
"""


def statement_triggers(table, function, *, events=("INSERT", "UPDATE", "DELETE")):
    """Return the triggers that hand a statement's changed rows to a function."""
    return "".join(
        f"CREATE TRIGGER access_follows_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        for event in events
    )


FOLLOWED = "".join(
    statement_triggers(f"participants_{table}", "refresh_access_of_changed")
    for table in ("maincontact", "intake", "teammember", "consent")
)
COUNTED = "".join(
    statement_triggers(f"participants_{table}", "refresh_caseload_of_changed")
    for table in ("contact", "step")
)
MEMBERS = statement_triggers(
    "portal_membership", "refresh_access_of_members", events=("INSERT", "UPDATE")
) + statement_triggers(
    "portal_organisation", "refresh_access_of_organisation", events=("INSERT", "UPDATE")
)

# Deferred, so that a hand-over may close one contact and open the next in any order; SECURITY
# DEFINER, since a deferred trigger runs as the invoker and policies would hide the rows from it.
ONE_CONTACT = """
CREATE FUNCTION check_contact_or_intake() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint; held int;
BEGIN
  person := CASE WHEN TG_TABLE_NAME = 'participants_participant'
    THEN (to_jsonb(NEW)->>'id')::bigint
    ELSE (coalesce(to_jsonb(NEW), to_jsonb(OLD))->>'participant_id')::bigint END;
  IF NOT EXISTS (SELECT 1 FROM participants_participant WHERE id = person AND closed_at IS NULL)
  THEN RETURN NULL; END IF;
  SELECT (SELECT count(*) FROM participants_maincontact
          WHERE participant_id = person AND ended_at IS NULL)
       + (SELECT count(*) FROM participants_intake
          WHERE participant_id = person AND closed_at IS NULL) INTO held;
  IF held <> 1 THEN
    RAISE EXCEPTION 'person % has % open contacts and places in intake', person, held
      USING ERRCODE = 'check_violation',
            CONSTRAINT = 'an_open_person_has_one_contact_or_a_place_in_intake';
  END IF;
  RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE CONSTRAINT TRIGGER an_open_person_has_one_contact_or_a_place_in_intake
  AFTER {events} ON participants_{table} DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_contact_or_intake();
"""
    for table, events in (
        ("participant", "INSERT OR UPDATE OF closed_at"),
        ("maincontact", "INSERT OR UPDATE OR DELETE"),
        ("intake", "INSERT OR UPDATE OR DELETE"),
    )
)

FUNCTIONS = (
    "refresh_caseload(bigint)",
    "refresh_access(bigint)",
    "refresh_unit_access(bigint)",
    "rebuild_access()",
    "access_differences()",
    "refresh_access_of_changed()",
    "refresh_caseload_of_changed()",
    "refresh_access_of_person()",
    "refresh_access_of_members()",
    "refresh_access_of_organisation()",
    "check_contact_or_intake()",
)
CLOSED = "".join(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC;\n" for name in FUNCTIONS) + """
GRANT EXECUTE ON FUNCTION access_differences(), refresh_caseload(bigint) TO portal_app;
REVOKE INSERT, UPDATE, DELETE ON participants_caseload FROM portal_app;
REVOKE ALL ON role_reach, organisation_tree, assignment, access_expected, unit_access_expected,
  caseload_expected FROM portal_app;
"""

DROP = (
    "DROP VIEW caseload_expected, unit_access_expected, access_expected, assignment,"
    " organisation_tree, role_reach;"
    + "".join(f"DROP FUNCTION {name} CASCADE;" for name in FUNCTIONS)
)


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial"), ("portal", "0002_log_is_append_only")]

    operations = [
        migrations.RunSQL(
            ROLE_REACH + UNIT_TREE + EXPECTED + CASELOAD + REFRESH + TRIGGERS + FOLLOWED + COUNTED
            + MEMBERS + ONE_CONTACT + CLOSED,
            DROP,
        )
    ]
