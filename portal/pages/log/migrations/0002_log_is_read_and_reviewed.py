"""The log is read through these functions: by the person it tells about, and by who reviews it.

They run as portal_owner, since neither of them has any business with the rows of accounts,
memberships or other people: the one gets words about who looked, the other what is asked about.
"""

from django.db import migrations

# One row for each day, colleague and kind of act. `reader` must reach the person by more than
# name; a person reads all of their own.
OF_A_PERSON = """
CREATE FUNCTION log_of_person(reader bigint, reader_membership bigint, person bigint,
  since timestamptz, until timestamptz, most integer)
RETURNS TABLE (day date, last_at timestamptz, times bigint, act text, subject text,
  info_types smallint[], ground smallint, purpose text, role text, is_own boolean,
  first_name text, last_name text, unit text, organisation text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT grouped.day, grouped.last_at, grouped.times, grouped.act, grouped.subject,
    grouped.info_types, grouped.ground, grouped.purpose, grouped.role, grouped.is_own,
    coalesce(who.first_name, ''), coalesce(who.last_name, ''), coalesce(unit.name, ''),
    coalesce(owner.name, '')
  FROM (
    SELECT (one.at AT TIME ZONE 'Europe/Stockholm')::date AS day, max(one.at) AS last_at,
      count(*) AS times, one.act, one.subject, one.info_types, one.ground, one.purpose, one.role,
      one.user_id, one.membership_id,
      one.user_id IS NOT NULL AND one.membership_id IS NULL AND one.user_id = (
        SELECT user_id FROM participants_participant WHERE id = person) AS is_own
    FROM portal_auditevent one
    WHERE one.participants @> ARRAY[person] AND one.at >= since AND one.at < until
      AND EXISTS (SELECT FROM portal_access held
        WHERE held.user_id = reader AND held.membership_id = reader_membership
          AND held.participant_id = person AND held.level >= 2
          AND held.valid_from <= statement_timestamp()
          AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp()))
    GROUP BY 1, one.act, one.subject, one.info_types, one.ground, one.purpose, one.role,
      one.user_id, one.membership_id
  ) grouped
  LEFT JOIN portal_user who ON who.id = grouped.user_id
  LEFT JOIN portal_membership m ON m.id = grouped.membership_id
  LEFT JOIN portal_organisation unit ON unit.id = m.unit_id
  LEFT JOIN portal_organisation owner ON owner.id = unit.owner_id
  ORDER BY grouped.last_at DESC, grouped.act, grouped.subject, grouped.user_id LIMIT most
$$;
"""

# The month's lots: a seal made after its end is the dice, so that nobody knows them before and
# everybody can draw the same ones again.
DRAW = """
CREATE FUNCTION draw_log_sample(which date, per_unit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first timestamptz := which::timestamp AT TIME ZONE 'UTC';
  ends timestamptz := (which + interval '1 month')::timestamp AT TIME ZONE 'UTC';
  dice portal_auditseal; found integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('draw_log_sample'));
  IF ends > clock_timestamp() OR EXISTS (SELECT FROM log_draw WHERE month = which) THEN
    RETURN 0;
  END IF;
  SELECT * INTO dice FROM portal_auditseal WHERE sealed_at >= ends ORDER BY no LIMIT 1;
  IF dice.no IS NULL THEN RETURN 0; END IF;
  INSERT INTO log_finding (public_id, source, "on", participant_id, user_id, membership_id,
    reasons, events, text, created_at)
  SELECT gen_random_uuid(), 'SAMPLE', (one.at AT TIME ZONE 'Europe/Stockholm')::date,
    CASE WHEN cardinality(one.participants) = 1 THEN one.participants[1] END,
    one.user_id, one.membership_id, '{}', ARRAY[one.id], '', clock_timestamp()
  FROM (
    SELECT drawn.*, row_number() OVER (PARTITION BY m.unit_id ORDER BY sha256(
      dice.digest || convert_to(drawn.id::text, 'UTF8'))) AS place
    FROM portal_auditevent drawn JOIN portal_membership m ON m.id = drawn.membership_id
    WHERE drawn.at >= first AND drawn.at < ends AND drawn.participants <> '{}'
      AND drawn.act IN ('VIEW', 'SEARCH', 'LIST', 'EXPORT', 'PRINT')
      AND drawn.role <> 'LOG_REVIEWER'
  ) one WHERE one.place <= per_unit;
  GET DIAGNOSTICS found = ROW_COUNT;
  INSERT INTO log_draw (month, drawn_at, seal, per_unit, drawn)
  VALUES (which, clock_timestamp(), dice.no, per_unit, found);
  RETURN found;
END $$;
"""

# Whose every look is asked about: nobody's, until the levels of protection are there.
PROTECTED = """
CREATE FUNCTION log_is_protected(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT false $$;
"""

# A day's rules. Lists are looked through for own records and protected people alone: whoever
# shows their own fifty people has looked at none of them yet.
HITS = """
CREATE FUNCTION find_log_hits(first timestamptz, ends timestamptz, many integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found integer;
BEGIN
  WITH looked AS (
    SELECT one.id, one.at, one.act, one.user_id, one.membership_id, one.role, one.ground,
      one.info_types, p.id AS participant_id, one.at AT TIME ZONE 'Europe/Stockholm' AS local,
      one.act IN ('VIEW', 'SEARCH', 'EXPORT', 'PRINT', 'CREATE', 'CHANGE')
        AND cardinality(one.participants) = 1 AS is_close,
      p.user_id AS own, p.last_name, p.phone, p.email,
      u.last_name AS looker_name, u.phone AS looker_phone, u.email AS looker_email
    FROM portal_auditevent one
    JOIN portal_user u ON u.id = one.user_id
    JOIN participants_participant p ON p.id = ANY (one.participants)
    WHERE one.at >= first AND one.at < ends AND one.membership_id IS NOT NULL
      AND one.role <> 'LOG_REVIEWER'
  ), hits AS (
    SELECT looked.*, unnest(array_remove(ARRAY[
      CASE WHEN own = user_id THEN 'OWN_RECORD' END,
      CASE WHEN is_close AND own IS DISTINCT FROM user_id
        AND lower(last_name) = lower(looker_name) THEN 'SAME_NAME' END,
      CASE WHEN is_close AND own IS DISTINCT FROM user_id
        AND (phone <> '' AND phone = looker_phone
             OR email <> '' AND lower(email) = lower(looker_email)) THEN 'SAME_DETAILS' END,
      CASE WHEN is_close AND act IN ('VIEW', 'EXPORT', 'PRINT') AND ground IS DISTINCT FROM 7
        AND NOT (ground IS NOT DISTINCT FROM 6 AND info_types <@ '{1}')
        AND NOT EXISTS (SELECT FROM assignment held
          WHERE held.membership_id = looked.membership_id
            AND held.participant_id = looked.participant_id
            AND held.valid_from <= looked.at + interval '1 minute'
            AND (held.valid_until IS NULL OR held.valid_until > looked.at - interval '1 minute'))
        THEN 'NO_ASSIGNMENT' END,
      CASE WHEN is_close AND act IN ('VIEW', 'SEARCH', 'EXPORT', 'PRINT')
        AND role IN ('GUIDE', 'CASE_MANAGER', 'JOB_COACH', 'MANAGER', 'BENEFITS_OFFICER')
        AND (extract(isodow FROM local) > 5 OR extract(hour FROM local) NOT BETWEEN 6 AND 19)
        THEN 'AFTER_HOURS' END,
      CASE WHEN log_is_protected(participant_id) THEN 'PROTECTED' END,
      CASE WHEN act = 'DENIED' THEN 'STOPPED' END
    ], NULL)) AS reason
    FROM looked
  ), asked AS (
    SELECT local::date AS day, user_id, participant_id, min(membership_id) AS membership_id,
      array_agg(DISTINCT reason ORDER BY reason) AS reasons,
      (array_agg(DISTINCT id ORDER BY id))[1:20] AS events
    FROM hits GROUP BY local::date, user_id, participant_id
    UNION ALL
    SELECT local::date, user_id, NULL, min(membership_id), ARRAY['MANY'],
      (array_agg(id ORDER BY id))[1:20]
    FROM looked WHERE is_close AND act = 'VIEW'
    GROUP BY local::date, user_id HAVING count(DISTINCT participant_id) > many
  )
  INSERT INTO log_finding (public_id, source, "on", participant_id, user_id, membership_id,
    reasons, events, text, created_at)
  SELECT gen_random_uuid(), 'RULE', day, participant_id, user_id, membership_id, reasons, events,
    '', clock_timestamp()
  FROM asked ORDER BY day, user_id, participant_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS found = ROW_COUNT;
  RETURN found;
END $$;
"""

# What a reviewer needs in order to judge, and no more: names, roles, and the lines of the log.
# For what a person has reported: everything of that day about them.
IN_WORDS = """
CREATE FUNCTION log_findings_in_words(asked bigint[], most integer)
RETURNS TABLE (finding bigint, looker text, role text, unit text, organisation text, person text,
  lines jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT held.id, coalesce(who.first_name || ' ' || who.last_name, ''), coalesce(m.role, ''),
    coalesce(unit.name, ''), coalesce(owner.name, ''),
    coalesce(p.first_name || ' ' || p.last_name, ''),
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('at', line.at, 'act', line.act, 'subject', line.subject,
        'info_types', line.info_types, 'ground', line.ground, 'purpose', line.purpose,
        'people', cardinality(line.participants), 'role', line.role, 'looker', line.looker)
        ORDER BY line.at)
      FROM (
        SELECT one.*, coalesce(by.first_name || ' ' || by.last_name, '') AS looker
        FROM portal_auditevent one LEFT JOIN portal_user by ON by.id = one.user_id
        WHERE CASE WHEN held.source = 'REPORT'
          THEN one.participants @> ARRAY[held.participant_id] AND one.membership_id IS NOT NULL
            AND one.at >= held."on"::timestamp AT TIME ZONE 'Europe/Stockholm'
            AND one.at < (held."on" + 1)::timestamp AT TIME ZONE 'Europe/Stockholm'
          ELSE one.id = ANY (held.events)
            AND one.at >= (held."on" - 1)::timestamp AND one.at < (held."on" + 2)::timestamp END
        ORDER BY one.at LIMIT most
      ) line), '[]')
  FROM log_finding held
  LEFT JOIN portal_user who ON who.id = held.user_id
  LEFT JOIN portal_membership m ON m.id = held.membership_id
  LEFT JOIN portal_organisation unit ON unit.id = m.unit_id
  LEFT JOIN portal_organisation owner ON owner.id = unit.owner_id
  LEFT JOIN participants_participant p ON p.id = held.participant_id
  WHERE held.id = ANY (asked)
$$;
"""

FUNCTIONS = (
    "log_of_person(bigint, bigint, bigint, timestamptz, timestamptz, integer)",
    "draw_log_sample(date, integer)",
    "log_is_protected(bigint)",
    "find_log_hits(timestamptz, timestamptz, integer)",
    "log_findings_in_words(bigint[], integer)",
)
# What is drawn and decided stays: there are rows to add, and none to change or take away.
CLOSED = f"""
REVOKE ALL ON FUNCTION {", ".join(FUNCTIONS)} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {", ".join(FUNCTIONS)} TO portal_app;
REVOKE ALL ON log_draw, log_finding, log_decision FROM portal_app;
GRANT SELECT ON log_draw TO portal_app;
GRANT SELECT, INSERT ON log_finding, log_decision TO portal_app;
CREATE TRIGGER what_is_drawn_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_draw
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER what_is_asked_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_finding
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER what_is_decided_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
OPENED = f"""
DROP TRIGGER what_is_drawn_stays ON log_draw;
DROP TRIGGER what_is_asked_stays ON log_finding;
DROP TRIGGER what_is_decided_stays ON log_decision;
DROP FUNCTION {", ".join(FUNCTIONS)};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("log", "0001_what_is_reviewed"),
        ("portal", "0004_log_is_sealed"),
        ("participants", "0002_access_follows_the_team"),
    ]

    operations = [
        migrations.RunSQL(OF_A_PERSON + DRAW + PROTECTED + HITS + IN_WORDS + CLOSED, OPENED)
    ]
