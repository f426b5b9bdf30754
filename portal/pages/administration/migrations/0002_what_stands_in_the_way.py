"""What an administrator is told before something ends: numbers, never whom they are about.

The functions read tables that the administrator may not; they answer with counts alone.
"""

from django.db import migrations

HOLDS = """
CREATE FUNCTION membership_holds(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'main_contacts', (SELECT count(*) FROM participants_maincontact
                      WHERE membership_id = wanted AND ended_at IS NULL),
    'teams', (SELECT count(*) FROM participants_teammember
              WHERE membership_id = wanted AND ended_at IS NULL),
    'steps', (SELECT count(*) FROM participants_step
              WHERE assignee_id = wanted AND finished_at IS NULL AND removed_at IS NULL),
    'placements', (SELECT count(*) FROM employers_placement
                   WHERE supporter_id = wanted AND ended_on IS NULL))
$$;

CREATE FUNCTION organisation_holds(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'below', (SELECT count(*) FROM portal_organisation
              WHERE parent_id = wanted AND closed_at IS NULL),
    'members', (SELECT count(*) FROM portal_membership
                WHERE unit_id = wanted
                  AND (ended_at IS NULL OR ended_at > clock_timestamp())),
    'people', (SELECT count(*) FROM participants_participant
               WHERE unit_id = wanted AND closed_at IS NULL AND NOT in_intake),
    'waiting', (SELECT count(*) FROM participants_intake
                WHERE unit_id = wanted AND closed_at IS NULL),
    'activities', (SELECT count(*) FROM activities_activity WHERE organiser_id = wanted
                   AND (ended_on IS NULL OR ended_on >= current_date)))
$$;
"""

# A closed account may be a person's too, and nobody who closes it may learn that.
ENDS = """
CREATE FUNCTION close_account(wanted bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE portal_user SET is_active = false WHERE id = wanted
    AND NOT EXISTS (SELECT FROM participants_participant WHERE user_id = wanted)
$$;

CREATE FUNCTION leave_teams(wanted bigint, reason text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE participants_teammember SET ended_at = clock_timestamp(), end_reason = reason
  WHERE membership_id = wanted AND ended_at IS NULL AND started_at < clock_timestamp()
    AND EXISTS (SELECT FROM portal_membership WHERE id = wanted AND ended_at IS NOT NULL)
$$;
"""

CLOSED = """
REVOKE ALL ON FUNCTION membership_holds(bigint), organisation_holds(bigint), close_account(bigint),
  leave_teams(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION membership_holds(bigint), organisation_holds(bigint),
  close_account(bigint), leave_teams(bigint, text) TO portal_app;
"""

# A new unit concerns those who manage or receive above it; a new name or number concerns nobody.
# To work out every membership anew took longer than a page may, in a town of thousands.
FEWER = """
DROP TRIGGER access_follows_insert ON portal_organisation;
DROP TRIGGER access_follows_update ON portal_organisation;

CREATE OR REPLACE FUNCTION refresh_access_of_organisation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT DISTINCT m.id FROM portal_membership m
             JOIN organisation_tree tree ON tree.ancestor_id = m.unit_id
             JOIN changed ON changed.id = tree.unit_id ORDER BY 1 LOOP
    PERFORM refresh_unit_access(one);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_access_of_moved_organisation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM changed now_is JOIN before was ON was.id = now_is.id
                 WHERE (was.parent_id, was.owner_id, was.kind)
                       IS DISTINCT FROM (now_is.parent_id, now_is.owner_id, now_is.kind))
  THEN RETURN NULL; END IF;
  FOR one IN SELECT id FROM portal_membership ORDER BY id LOOP
    PERFORM refresh_unit_access(one);
  END LOOP;
  FOR one IN SELECT DISTINCT a.participant_id FROM assignment a
             JOIN portal_membership m ON m.id = a.membership_id
             JOIN changed ON changed.id = m.unit_id ORDER BY 1 LOOP
    PERFORM refresh_access(one);
  END LOOP;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION refresh_access_of_moved_organisation() FROM PUBLIC;

CREATE TRIGGER access_follows_insert AFTER INSERT ON portal_organisation
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refresh_access_of_organisation();
CREATE TRIGGER access_follows_update AFTER UPDATE ON portal_organisation
  REFERENCING OLD TABLE AS before NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refresh_access_of_moved_organisation();
"""

BACK = """
DROP FUNCTION membership_holds(bigint), organisation_holds(bigint), close_account(bigint),
  leave_teams(bigint, text);
DROP TRIGGER access_follows_update ON portal_organisation;
DROP FUNCTION refresh_access_of_moved_organisation();
CREATE TRIGGER access_follows_update AFTER UPDATE ON portal_organisation
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refresh_access_of_organisation();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("administration", "0001_initial"),
        ("portal", "0008_organisations_close"),
        ("activities", "0004_access_is_planned_once"),
        ("employers", "0001_initial"),
        ("participants", "0007_caseload_counts_ones_own"),
    ]

    operations = [migrations.RunSQL(HOLDS + ENDS + CLOSED + FEWER, BACK)]
