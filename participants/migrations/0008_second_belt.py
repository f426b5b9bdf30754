"""Row-level security on persons, on who works with them and on what is written about them."""

from django.db import migrations

from portal import policies
from portal.context import Purpose
from portal.models import Level
from portal.policies import item, of_a_person, protect

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

MOVED = [Purpose.TEAM, Purpose.IMPORT, Purpose.REMINDERS]


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0007_caseload_counts_ones_own"),
        ("portal", "0003_access_is_closed"),
    ]

    operations = [
        migrations.RunSQL(READS, "DROP FUNCTION reads_record(bigint, bigint)"),
        protect("participants_participant", policies.person(), system=[*MOVED, Purpose.SESSIONS]),
        protect(
            "participants_personalnumber",
            of_a_person("participants_personalnumber", Level.READ),
            system=[Purpose.TEAM, Purpose.IMPORT],
        ),
        *(
            protect(table, of_a_person(table), system=MOVED)
            for table in (
                "participants_maincontact",
                "participants_intake",
                "participants_teammember",
            )
        ),
        protect(
            "participants_consent",
            of_a_person("participants_consent", Level.READ),
            system=[Purpose.TEAM],
        ),
        protect("participants_caseload", f"membership_id = {policies.MEMBERSHIP}"),
        protect("participants_contact", item("participants_contact")),
        protect(
            "participants_step", item("participants_step"), system=[Purpose.REMINDERS]
        ),
        protect("participants_goal", item("participants_goal")),
    ]
