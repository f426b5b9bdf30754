"""Row-level security on persons, on who works with them and on what is written about them."""

from django.db import migrations

from portal import access, policies
from portal.context import Purpose
from portal.models import Level
from portal.policies import Protect, item, of_a_person

# Whether somebody else reads a record is asked about the team of a person within reach; the rows
# of `Access` that tell are not the asker's own.
READS = f"""
CREATE FUNCTION reads_record(colleague bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM portal_access held
    WHERE held.membership_id = colleague AND held.participant_id = person
      AND held.level >= {int(Level.READ)} AND held.valid_from <= statement_timestamp()
      AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp()))
$$;
REVOKE ALL ON FUNCTION reads_record(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reads_record(bigint, bigint) TO portal_app;
"""

# Which items have been shown within which yes: nothing but pairs of numbers, and the owner's, so
# that the policy of each item is not planned with that of what has been handed out inside it.
RELEASED = """
CREATE VIEW released_item AS
SELECT consent_id, item_id FROM participants_release WHERE taken_back_at IS NULL;
REVOKE ALL ON released_item FROM portal_app;
GRANT SELECT ON released_item TO portal_app;
"""

# Narrower than other items, as Contact's own `visible_to` is: the person reads what is not held
# back, a colleague of another organisation what the whole team may read.
OWNER = (
    "(SELECT unit.owner_id FROM portal_membership m"
    " JOIN portal_organisation unit ON unit.id = m.unit_id"
    f" WHERE m.id = {policies.MEMBERSHIP})"
)
# Whoever speaks for a person reads no notes, of whatever kind they are.
NO_NOTES = f"(SELECT role = 'REPRESENTATIVE' FROM portal_membership WHERE id = {policies.MEMBERSHIP})"
CONTACT = (
    f"{NO_NOTES} IS NOT TRUE AND {item('participants_contact')} AND CASE {policies.MEMBERSHIP}"
    " WHEN 0 THEN held_back_until IS NULL OR held_back_until <= statement_timestamp()"
    f" ELSE audience = 'TEAM' OR owner_id = {OWNER} END"
)
# Whose person an account is, 0 for nobody's: asked where the person's own row is out of reach.
PERSON_OF = """
CREATE FUNCTION person_of(account bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT id FROM participants_participant WHERE user_id = account), 0)
$$;
REVOKE ALL ON FUNCTION person_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_of(bigint) TO portal_app;
"""
# Who waits in a unit is asked of the row itself, since *Läget* looks through the whole queue. A unit
# reaches neither the protected, who have none, nor whoever works there and waits as well.
OUT_OF_UNITS = """
CREATE FUNCTION out_of_units(account bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT ARRAY(
    SELECT id FROM participants_participant WHERE unit_id IS NULL AND in_intake
    UNION ALL SELECT id FROM participants_participant WHERE user_id = account
  )
$$;
REVOKE ALL ON FUNCTION out_of_units(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION out_of_units(bigint) TO portal_app;
"""
INTAKE = (
    f"closed_at IS NULL AND {policies.asked(access.UNIT_WITHIN, 'participants_intake.unit_id')}"
    f" AND participant_id <> ALL ((SELECT out_of_units({policies.USER}))::bigint[])"
    f" OR {of_a_person('participants_intake')}"
)
MOVED = [Purpose.TEAM, Purpose.IMPORT, Purpose.REMINDERS]


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0009_access_asks_what_is_handed_out"),
        ("portal", "0005_access_is_closed"),
    ]

    operations = [
        migrations.RunSQL(
            READS + PERSON_OF + OUT_OF_UNITS + RELEASED,
            "DROP VIEW released_item; DROP FUNCTION out_of_units(bigint); DROP FUNCTION person_of(bigint); DROP FUNCTION reads_record(bigint, bigint);",
        ),
        Protect("participants_participant", policies.person(), system=[*MOVED, Purpose.SESSIONS]),
        Protect(
            "participants_personalnumber",
            of_a_person("participants_personalnumber", Level.READ),
            system=[Purpose.TEAM, Purpose.IMPORT],
        ),
        *(
            Protect(table, of_a_person(table), system=MOVED)
            for table in ("participants_maincontact", "participants_teammember")
        ),
        Protect("participants_intake", INTAKE, system=MOVED),
        Protect(
            "participants_consent",
            of_a_person("participants_consent", Level.READ),
            system=[Purpose.TEAM, Purpose.REMINDERS],
        ),
        Protect(
            "participants_caseload",
            f"membership_id = {policies.MEMBERSHIP}",
            system=[Purpose.REMINDERS],
        ),
        Protect("participants_contact", CONTACT),
        Protect(
            "participants_step", item("participants_step"), system=[Purpose.REMINDERS]
        ),
        Protect("participants_goal", item("participants_goal")),
    ]
