"""Figures are counted here: triggers mark what has changed, `count_figures` counts that anew.

A mark is a row that is only added, so no two colleagues wait for each other, and a count costs
what has been done since the last one. The functions belong to portal_owner and run as it:
portal_app may not write these tables, and row-level security will not hide people from a count.
"""

from django.db import migrations

# The unit that holds a person from a moment on: that of the main contact, or of the intake.
UNIT_SPELL = """
CREATE VIEW unit_spell AS
SELECT participant_id, unit_id, from_at, until_at, waits,
       lead(from_at) OVER (PARTITION BY participant_id ORDER BY from_at, waits DESC) AS next_at
FROM (
  SELECT mc.participant_id, m.unit_id, mc.started_at AS from_at, mc.ended_at AS until_at,
         false AS waits
  FROM participants_maincontact mc JOIN portal_membership m ON m.id = mc.membership_id
  UNION ALL
  SELECT participant_id, unit_id, opened_at, closed_at, true FROM participants_intake
) held;
"""

TIMES = """
CREATE FUNCTION swedish_day(at timestamptz) RETURNS date
LANGUAGE sql STABLE AS $$ SELECT (at AT TIME ZONE 'Europe/Stockholm')::date $$;

CREATE FUNCTION swedish_month(at timestamptz) RETURNS date
LANGUAGE sql STABLE AS $$
  SELECT date_trunc('month', at AT TIME ZONE 'Europe/Stockholm')::date $$;

CREATE FUNCTION swedish_midnight(day date) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT day::timestamp AT TIME ZONE 'Europe/Stockholm' $$;

-- The months from one to this one, at most as many as are shown: this one and a year back.
CREATE FUNCTION months_since(first date) RETURNS SETOF date
LANGUAGE sql STABLE AS $$
  SELECT month::date FROM generate_series(
    greatest(date_trunc('month', first), swedish_month(now()) - interval '12 months'),
    swedish_month(now()), interval '1 month') AS month $$;
"""

COUNT_GUIDES = """
CREATE FUNCTION count_guides(guides bigint[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE units bigint[];
BEGIN
  SELECT array_agg(DISTINCT unit_id) INTO units FROM (
    SELECT unit_id FROM overview_guidesilence WHERE membership_id = ANY (guides)
    UNION SELECT unit_id FROM portal_membership WHERE id = ANY (guides)) touched;
  DELETE FROM overview_guidefigures WHERE membership_id = ANY (guides);
  INSERT INTO overview_guidefigures (membership_id, persons, without_step)
  SELECT mc.membership_id, count(*), count(*) FILTER (WHERE c.next_step_id IS NULL)
  FROM participants_maincontact mc
  LEFT JOIN participants_caseload c
    ON c.participant_id = mc.participant_id AND c.membership_id = mc.membership_id
  WHERE mc.ended_at IS NULL AND mc.membership_id = ANY (guides)
  GROUP BY mc.membership_id;
  DELETE FROM overview_guidesilence WHERE membership_id = ANY (guides);
  INSERT INTO overview_guidesilence (membership_id, unit_id, day, persons)
  SELECT mc.membership_id, m.unit_id,
         greatest(today - 32, swedish_day(coalesce(c.last_contact_at, mc.started_at))), count(*)
  FROM participants_maincontact mc
  JOIN portal_membership m ON m.id = mc.membership_id
  LEFT JOIN participants_caseload c
    ON c.participant_id = mc.participant_id AND c.membership_id = mc.membership_id
  WHERE mc.ended_at IS NULL AND mc.membership_id = ANY (guides)
  GROUP BY 1, 2, 3;
  DELETE FROM overview_unitsilence WHERE unit_id = ANY (units);
  INSERT INTO overview_unitsilence (unit_id, day, persons)
  SELECT unit_id, day, sum(persons) FROM overview_guidesilence
  WHERE unit_id = ANY (units) GROUP BY unit_id, day;
END $$;
"""

# A person with two jobs is one person in work: the days are joined before they are counted.
COUNT_PLACES = """
CREATE FUNCTION count_places(units bigint[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM overview_unitplaces WHERE unit_id = ANY (units);
  INSERT INTO overview_unitplaces (unit_id, measure, day, change)
  WITH lasting AS (
    SELECT person.unit_id, measure.name AS measure,
           range_agg(daterange(p.starts_on, coalesce(p.ended_on, p.ends_on), '[]')) AS days
    FROM participants_participant person
    JOIN employers_placement p ON p.participant_id = person.id
    CROSS JOIN LATERAL (
      SELECT p.kind AS name
      UNION ALL
      SELECT 'WORK' WHERE p.kind IN ('STUDIES', 'SUBSIDISED', 'ORDINARY')) measure
    WHERE person.unit_id = ANY (units)
      AND p.end_reason NOT IN ('NEVER_STARTED', 'MISTAKE')
      AND coalesce(p.ended_on, p.ends_on, p.starts_on) >= p.starts_on
    GROUP BY person.unit_id, person.id, measure.name
  ),
  spans AS (SELECT unit_id, measure, unnest(days) AS span FROM lasting),
  edges AS (
    SELECT unit_id, measure, greatest(lower(span), today) AS day, 1 AS change FROM spans
    WHERE upper_inf(span) OR upper(span) > today
    UNION ALL
    SELECT unit_id, measure, upper(span), -1 FROM spans WHERE upper(span) > today
  )
  SELECT unit_id, measure, day, sum(change) FROM edges
  GROUP BY unit_id, measure, day HAVING sum(change) <> 0;
END $$;
"""

# Planned for the numbers at hand: one row a minute and 4,000 rows at once want different joins.
COUNT_MONTHS = """
CREATE FUNCTION count_months(units bigint[], months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
DECLARE everybody bigint[];
BEGIN
  everybody := ARRAY(
    SELECT mc.participant_id FROM participants_maincontact mc
    JOIN portal_membership m ON m.id = mc.membership_id WHERE m.unit_id = ANY (units)
    UNION
    SELECT participant_id FROM participants_intake WHERE unit_id = ANY (units));
  DELETE FROM overview_monthfigures held USING unnest(units, months) wanted (unit_id, month)
  WHERE held.unit_id = wanted.unit_id AND held.month = wanted.month;
  INSERT INTO overview_monthfigures (unit_id, month, registered, with_contact, in_intake,
    study_visit, work_training, internship, studies, subsidised, ordinary, contacts, attendances,
    sessions, visits)
  WITH wanted AS (
    SELECT unit_id, month, (month + interval '1 month')::date AS next_month,
           swedish_midnight(month) AS begins,
           swedish_midnight((month + interval '1 month')::date) AS ends
    FROM unnest(units, months) pair (unit_id, month)
  ),
  belongs AS MATERIALIZED (
    SELECT wanted.*, spell.participant_id, spell.until_at, spell.waits
    FROM unit_spell spell
    JOIN wanted ON wanted.unit_id = spell.unit_id AND spell.from_at < wanted.ends
     AND (spell.next_at IS NULL OR spell.next_at >= wanted.ends)
    WHERE spell.participant_id = ANY (everybody)
  ),
  people AS (
    SELECT b.unit_id, b.month,
           count(*) FILTER (WHERE p.registered_at >= b.begins AND p.registered_at < b.ends)
             AS registered,
           count(*) FILTER (WHERE NOT b.waits AND (b.until_at IS NULL OR b.until_at >= b.ends))
             AS with_contact,
           count(*) FILTER (WHERE b.waits AND (b.until_at IS NULL OR b.until_at >= b.ends))
             AS in_intake
    FROM belongs b JOIN participants_participant p ON p.id = b.participant_id GROUP BY 1, 2
  ),
  talks AS (
    SELECT b.unit_id, b.month, count(*) AS contacts
    FROM belongs b JOIN participants_contact c
      ON c.participant_id = b.participant_id AND c.occurred_at >= b.begins AND c.occurred_at < b.ends
    WHERE c.removed_at IS NULL AND c.counterpart = 'PARTICIPANT' AND c.outcome = 'REACHED'
    GROUP BY 1, 2
  ),
  came AS (
    SELECT b.unit_id, b.month, count(*) AS attendances
    FROM belongs b JOIN activities_attendance a
      ON a.participant_id = b.participant_id AND a.arrived_at >= b.begins AND a.arrived_at < b.ends
    WHERE a.removed_at IS NULL GROUP BY 1, 2
  ),
  placed AS (
    SELECT b.unit_id, b.month,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'STUDY_VISIT') AS study_visit,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'WORK_TRAINING') AS work_training,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'INTERNSHIP') AS internship,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'STUDIES') AS studies,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'SUBSIDISED') AS subsidised,
           count(DISTINCT b.participant_id) FILTER (WHERE p.kind = 'ORDINARY') AS ordinary
    FROM belongs b JOIN employers_placement p ON p.participant_id = b.participant_id
    WHERE p.starts_on < b.next_month
      AND (coalesce(p.ended_on, p.ends_on) IS NULL OR coalesce(p.ended_on, p.ends_on) >= b.month)
      AND coalesce(p.ended_on, p.ends_on, p.starts_on) >= p.starts_on
      AND p.end_reason NOT IN ('NEVER_STARTED', 'MISTAKE')
    GROUP BY 1, 2
  ),
  held AS (
    SELECT wanted.unit_id, wanted.month, count(*) AS sessions,
           sum(s.guests + (SELECT count(*) FROM activities_attendance a
                           WHERE a.session_id = s.id AND a.removed_at IS NULL)
                        + (SELECT count(*) FROM activities_guest g
                           WHERE g.session_id = s.id AND g.removed_at IS NULL)) AS visits
    FROM wanted
    JOIN activities_activity activity ON activity.organiser_id = wanted.unit_id
    JOIN activities_session s ON s.activity_id = activity.id
     AND s.starts_at >= wanted.begins AND s.starts_at < wanted.ends
    WHERE s.cancelled_at IS NULL GROUP BY 1, 2
  )
  SELECT unit_id, month, coalesce(registered, 0), coalesce(with_contact, 0),
         coalesce(in_intake, 0), coalesce(study_visit, 0), coalesce(work_training, 0),
         coalesce(internship, 0), coalesce(studies, 0), coalesce(subsidised, 0),
         coalesce(ordinary, 0), coalesce(contacts, 0), coalesce(attendances, 0),
         coalesce(sessions, 0), coalesce(visits, 0)
  FROM wanted
  LEFT JOIN people USING (unit_id, month) LEFT JOIN talks USING (unit_id, month)
  LEFT JOIN came USING (unit_id, month) LEFT JOIN placed USING (unit_id, month)
  LEFT JOIN held USING (unit_id, month);
END $$;
"""

# What is marked is taken first and counted in later statements (READ COMMITTED): a change that
# commits in between is counted, and its mark is there again next time. One run takes a bounded
# number of marks and of rows that are missing (a new month, a new unit), so that it always ends;
# until all are taken the page says how old the figures are.
COUNT_FIGURES = """
CREATE FUNCTION count_figures(today date, anew boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  most_marks constant int := 5000; most_missing constant int := 200;
  this_month constant date := date_trunc('month', today)::date;
  taken int; counted date; guides bigint[]; units bigint[]; moved bigint[];
  people bigint[]; people_months date[]; of_units bigint[]; unit_months date[];
  row_units bigint[]; row_months date[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('count_figures')) THEN RETURN false; END IF;
  IF anew THEN
    DELETE FROM overview_mark;
    DELETE FROM overview_monthfigures;
    PERFORM set_config('enable_nestloop', 'off', true);
  END IF;
  SELECT counted_on INTO counted FROM overview_counting;
  WITH taken_now AS (
    DELETE FROM overview_mark
    WHERE id IN (SELECT id FROM overview_mark ORDER BY id LIMIT most_marks) RETURNING *
  )
  SELECT count(*),
    array_agg(DISTINCT membership_id) FILTER (WHERE membership_id IS NOT NULL),
    array_agg(DISTINCT unit_id) FILTER (WHERE unit_id IS NOT NULL AND month IS NULL),
    array_agg(DISTINCT participant_id) FILTER (WHERE participant_id IS NOT NULL AND month IS NULL),
    array_agg(participant_id) FILTER (WHERE participant_id IS NOT NULL AND month IS NOT NULL),
    array_agg(month) FILTER (WHERE participant_id IS NOT NULL AND month IS NOT NULL),
    array_agg(unit_id) FILTER (WHERE unit_id IS NOT NULL AND month IS NOT NULL),
    array_agg(month) FILTER (WHERE unit_id IS NOT NULL AND month IS NOT NULL)
  INTO taken, guides, units, moved, people, people_months, of_units, unit_months
  FROM taken_now;
  IF anew OR counted IS NULL OR counted < today THEN
    SELECT array_agg(id) INTO guides FROM portal_membership;
    SELECT array_agg(id) INTO units FROM portal_organisation WHERE kind = 'UNIT';
  ELSE
    units := units || ARRAY(
      SELECT DISTINCT unit_id FROM participants_participant
      WHERE id = ANY (moved) AND unit_id IS NOT NULL);
  END IF;
  WITH pair AS (
    SELECT unit_id, month FROM unnest(of_units, unit_months) marked (unit_id, month)
    UNION
    SELECT spell.unit_id, marked.month
    FROM unnest(people, people_months) marked (participant_id, month)
    JOIN unit_spell spell ON spell.participant_id = marked.participant_id
     AND spell.from_at < swedish_midnight((marked.month + interval '1 month')::date)
     AND (spell.next_at IS NULL
          OR spell.next_at >= swedish_midnight((marked.month + interval '1 month')::date))
    WHERE spell.participant_id = ANY (people)
    UNION
    (SELECT o.id, first::date FROM portal_organisation o
     CROSS JOIN generate_series(this_month - interval '12 months', this_month, '1 month') AS first
     WHERE o.kind = 'UNIT' AND NOT EXISTS (
       SELECT 1 FROM overview_monthfigures held WHERE held.unit_id = o.id AND held.month = first)
     ORDER BY first DESC, o.id LIMIT CASE WHEN anew THEN NULL ELSE most_missing END)
  )
  SELECT array_agg(unit_id ORDER BY unit_id, month), array_agg(month ORDER BY unit_id, month)
  INTO row_units, row_months FROM pair WHERE month <= this_month;
  PERFORM count_guides(guides, today);
  PERFORM count_places(units, today);
  PERFORM count_months(row_units, row_months);
  PERFORM set_config('enable_nestloop', 'on', true);
  IF taken < most_marks THEN
    INSERT INTO overview_counting (id, counted_at, counted_on) VALUES (1, now(), today)
    ON CONFLICT (id) DO UPDATE
      SET counted_at = excluded.counted_at, counted_on = excluded.counted_on;
  END IF;
  RETURN true;
END $$;
"""

# The bodies name OLD or NEW tables that only some events have: a branch is planned when it runs.
MARKS = """
CREATE FUNCTION mark_caseload() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (membership_id) SELECT DISTINCT membership_id FROM changed;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_main_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (membership_id) SELECT DISTINCT membership_id FROM changed;
  INSERT INTO overview_mark (unit_id, month)
  SELECT DISTINCT m.unit_id, months_since(swedish_month(coalesce(c.ended_at, c.started_at)))
  FROM changed c JOIN portal_membership m ON m.id = c.membership_id;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_intake() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (unit_id, month)
  SELECT DISTINCT unit_id, months_since(swedish_month(coalesce(closed_at, opened_at)))
  FROM changed;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (membership_id) VALUES (NEW.id);
  IF OLD.unit_id <> NEW.unit_id THEN
    INSERT INTO overview_mark (unit_id, month)
    SELECT unit_id, months_since('-infinity') FROM (VALUES (OLD.unit_id), (NEW.unit_id)) v (unit_id);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_registered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (participant_id, month)
  SELECT id, swedish_month(registered_at) FROM changed;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (unit_id)
  SELECT unit_id FROM (VALUES (OLD.unit_id), (NEW.unit_id)) both_of (unit_id)
  WHERE unit_id IS NOT NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (participant_id, month)
  SELECT DISTINCT participant_id, swedish_month(occurred_at) FROM changed;
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO overview_mark (participant_id, month)
    SELECT DISTINCT participant_id, swedish_month(occurred_at) FROM former;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_placement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (participant_id, month)
  SELECT DISTINCT participant_id, months_since(starts_on) FROM changed
  UNION SELECT DISTINCT participant_id, NULL::date FROM changed;
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO overview_mark (participant_id, month)
    SELECT DISTINCT participant_id, months_since(starts_on) FROM former;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_attendance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (participant_id, month)
  SELECT DISTINCT participant_id, swedish_month(arrived_at) FROM changed;
  INSERT INTO overview_mark (unit_id, month)
  SELECT DISTINCT activity.organiser_id, swedish_month(s.starts_at)
  FROM changed JOIN activities_session s ON s.id = changed.session_id
  JOIN activities_activity activity ON activity.id = s.activity_id;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_guest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (unit_id, month)
  SELECT DISTINCT activity.organiser_id, swedish_month(s.starts_at)
  FROM changed JOIN activities_session s ON s.id = changed.session_id
  JOIN activities_activity activity ON activity.id = s.activity_id;
  RETURN NULL;
END $$;

CREATE FUNCTION mark_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO overview_mark (unit_id, month)
  SELECT DISTINCT activity.organiser_id, swedish_month(s.starts_at)
  FROM changed s JOIN activities_activity activity ON activity.id = s.activity_id;
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO overview_mark (unit_id, month)
    SELECT DISTINCT activity.organiser_id, swedish_month(s.starts_at)
    FROM former s JOIN activities_activity activity ON activity.id = s.activity_id;
  END IF;
  RETURN NULL;
END $$;
"""

REFERENCING = {
    "INSERT": "NEW TABLE AS changed",
    "UPDATE": "OLD TABLE AS former NEW TABLE AS changed",
    "DELETE": "OLD TABLE AS changed",
}
FOLLOWED = {
    "participants_caseload": "mark_caseload",
    "participants_maincontact": "mark_main_contact",
    "participants_intake": "mark_intake",
    "participants_contact": "mark_contact",
    "employers_placement": "mark_placement",
    "activities_attendance": "mark_attendance",
    "activities_guest": "mark_guest",
    "activities_session": "mark_session",
}
TRIGGERS = (
    "".join(
        f"CREATE TRIGGER figures_follow_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        for table, function in FOLLOWED.items()
        for event, tables in REFERENCING.items()
    )
    + """
CREATE TRIGGER figures_follow_registration AFTER INSERT ON participants_participant
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_registered();
CREATE TRIGGER figures_follow_a_colleague AFTER UPDATE ON portal_membership
  FOR EACH ROW EXECUTE FUNCTION mark_membership();
CREATE TRIGGER figures_follow_the_person AFTER UPDATE OF unit_id ON participants_participant
  FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION mark_moved();
"""
)

FUNCTIONS = (
    "swedish_day(timestamptz)",
    "swedish_month(timestamptz)",
    "swedish_midnight(date)",
    "months_since(date)",
    "count_guides(bigint[], date)",
    "count_places(bigint[], date)",
    "count_months(bigint[], date[])",
    "count_figures(date, boolean)",
    "mark_membership()",
    "mark_registered()",
    "mark_moved()",
    *(f"{name}()" for name in FOLLOWED.values()),
)
CLOSED = "".join(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC;\n" for name in FUNCTIONS) + """
GRANT EXECUTE ON FUNCTION count_figures(date, boolean) TO portal_app;
REVOKE INSERT, UPDATE, DELETE ON overview_mark, overview_counting, overview_guidefigures,
  overview_guidesilence, overview_unitsilence, overview_unitplaces, overview_monthfigures
  FROM portal_app;
REVOKE ALL ON unit_spell, overview_mark FROM portal_app;
"""
DROP = (
    "".join(f"DROP FUNCTION {name} CASCADE;" for name in reversed(FUNCTIONS))
    + "DROP VIEW unit_spell;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("overview", "0001_figures_of_units"),
        ("participants", "0002_access_follows_the_team"),
        ("activities", "0003_leaders_see_who_takes_part"),
        ("employers", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            UNIT_SPELL + TIMES + COUNT_GUIDES + COUNT_PLACES + COUNT_MONTHS + COUNT_FIGURES
            + MARKS + TRIGGERS + CLOSED,
            DROP,
        )
    ]
