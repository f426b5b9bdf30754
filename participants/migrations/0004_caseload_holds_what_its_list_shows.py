"""A row of a caseload holds the person's name and the words of the next step: its list joins nothing.

What is copied is kept by the same view and the same refresh. A new name is copied by a trigger of
its own, since it opens and closes nothing. The words of a step carry the time when the colleague's
last ground to read them ends, because no trigger fires when a date passes.
"""

from importlib import import_module

from django.db import migrations, models

OLD = import_module("participants.migrations.0002_access_follows_the_team")

OPENED = """
      SELECT {what} FROM portal_access g
      WHERE g.membership_id = a.membership_id AND g.participant_id = a.participant_id
        AND (g.valid_until IS NULL OR g.valid_until > now()) AND g.valid_from <= now()
        AND s.info_type = ANY (g.info_types)
        AND (g.organisation_id = s.owner_id OR g.ground = 4)"""
LAST_END = "CASE WHEN bool_and(g.valid_until IS NOT NULL) THEN max(g.valid_until) END"

CASELOAD = f"""
CREATE OR REPLACE VIEW caseload_expected AS
SELECT a.membership_id, a.participant_id, a.is_main_contact, a.since, a.until,
       coalesce(contact.occurred_at < a.since, true) AS is_new,
       contact.occurred_at AS last_contact_at, coalesce(contact.mode, '') AS last_contact_mode,
       step.id AS next_step_id, step.due_on AS next_step_on,
       coalesce(step.text, '') AS next_step_text, step.until AS next_step_until,
       p.public_id, p.first_name, p.last_name, p.sort_key
FROM (
  SELECT membership_id, participant_id, bool_or(ground = 2) AS is_main_contact,
         min(valid_from) AS since,
         CASE WHEN bool_or(valid_until IS NULL) THEN NULL ELSE max(valid_until) END AS until
  FROM portal_access
  WHERE ground IN (2, 3, 4) AND participant_id IS NOT NULL
    AND (valid_until IS NULL OR valid_until > now())
  GROUP BY membership_id, participant_id
) a
JOIN participants_participant p ON p.id = a.participant_id
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
  SELECT s.id, s.due_on, s.text, ({OPENED.format(what=LAST_END)}) AS until
  FROM participants_step s
  WHERE s.participant_id = a.participant_id AND s.finished_at IS NULL AND s.removed_at IS NULL
    AND EXISTS ({OPENED.format(what="1")})
  ORDER BY s.due_on NULLS LAST, s.id LIMIT 1
) step ON true;
"""
UNCASELOAD = f"""
DROP VIEW caseload_expected;
{OLD.CASELOAD}
REVOKE ALL ON caseload_expected FROM portal_app;
"""

BEFORE = (
    *("membership_id", "participant_id", "is_main_contact", "since", "until", "is_new"),
    *("last_contact_at", "last_contact_mode", "next_step_id", "next_step_on"),
)
COPIED = (
    *("next_step_text", "next_step_until"),
    *("public_id", "first_name", "last_name", "sort_key"),
)


def refresh(columns):
    """Return the two functions that make rows equal to the view, for these columns of it."""
    named = ", ".join(columns)
    kept = [name for name in columns if name not in {"membership_id", "participant_id"}]
    return f"""
CREATE OR REPLACE FUNCTION refresh_caseload(person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM participants_participant WHERE id = person FOR NO KEY UPDATE;
  DELETE FROM participants_caseload held WHERE held.participant_id = person AND NOT EXISTS (
    SELECT 1 FROM caseload_expected e
    WHERE e.participant_id = person AND e.membership_id = held.membership_id);
  INSERT INTO participants_caseload AS held ({named})
  SELECT {named} FROM caseload_expected WHERE participant_id = person
  ON CONFLICT (participant_id, membership_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in kept)};
END $$;

CREATE OR REPLACE FUNCTION rebuild_access() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM portal_access;
  INSERT INTO portal_access ({OLD.COLUMNS}) SELECT {OLD.COLUMNS} FROM access_expected;
  INSERT INTO portal_access ({OLD.COLUMNS}) SELECT {OLD.COLUMNS} FROM unit_access_expected;
  ANALYZE portal_access;
  DELETE FROM participants_caseload;
  INSERT INTO participants_caseload ({named}) SELECT {named} FROM caseload_expected;
END $$;
"""


FOLLOW = ("""
CREATE FUNCTION rename_in_caseload() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE participants_caseload
  SET first_name = NEW.first_name, last_name = NEW.last_name, sort_key = NEW.sort_key
  WHERE participant_id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER caseload_follows_the_name
  AFTER UPDATE OF first_name, last_name ON participants_participant
  FOR EACH ROW WHEN ((OLD.first_name, OLD.last_name) <> (NEW.first_name, NEW.last_name))
  EXECUTE FUNCTION rename_in_caseload();

-- The nightly proof: what is copied says what its source says, and shows nobody the words of a step
-- that the table of access does not open to them at this moment.
CREATE FUNCTION caseload_differences() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM participants_caseload a
  LEFT JOIN participants_participant p ON p.id = a.participant_id
  LEFT JOIN participants_step s ON s.id = a.next_step_id
  WHERE (a.public_id, a.first_name, a.last_name, a.sort_key)
        IS DISTINCT FROM (p.public_id, p.first_name, p.last_name, p.sort_key)
     OR (a.next_step_text, a.next_step_on) IS DISTINCT FROM (coalesce(s.text, ''), s.due_on)
     OR (s.id IS NOT NULL AND (a.next_step_until IS NULL OR a.next_step_until > now())
         AND NOT EXISTS (""" + OPENED.format(what="1") + """))
$$;

REVOKE ALL ON FUNCTION rename_in_caseload(), caseload_differences() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caseload_differences() TO portal_app;
""")
UNFOLLOW = "DROP FUNCTION caseload_differences(); DROP FUNCTION rename_in_caseload() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("participants", "0003_goals_are_found_by_person")]

    operations = [
        migrations.AddField(
            "caseload", "next_step_text", models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField("caseload", "next_step_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "caseload", "public_id", models.UUIDField(default="00000000-0000-0000-0000-000000000000"),
            preserve_default=False,
        ),
        migrations.AddField(
            "caseload", "first_name", models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            "caseload", "last_name", models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            "caseload", "sort_key", models.TextField(db_collation="C", default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(
            CASELOAD + refresh((*BEFORE, *COPIED)) + FOLLOW,
            UNFOLLOW + refresh(BEFORE) + UNCASELOAD,
        ),
    ]
