"""Row-level security on what is asked about the log: for the reviewer, and who has reported it."""

from django.db import migrations

from portal.policies import MEMBERSHIP, USER, Protect

REVIEWS = f"(SELECT role = 'LOG_REVIEWER' FROM portal_membership WHERE id = {MEMBERSHIP})"
OWN = f"participant_id = (SELECT person_of({USER}))"
FINDING = (
    f"CASE WHEN {REVIEWS} THEN user_id IS DISTINCT FROM {USER} AND ({OWN}) IS NOT TRUE"
    f" ELSE source = 'REPORT' AND {MEMBERSHIP} = 0 AND {OWN} END"
)
DECISION = "EXISTS (SELECT FROM log_finding finding WHERE finding.id = log_decision.finding_id)"
# Each look at somebody with protected identity is asked about.
PROTECTED = """
CREATE OR REPLACE FUNCTION log_is_protected(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT is_anybody_protected(ARRAY[person])
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("log", "0002_log_is_read_and_reviewed"),
        ("participants", "0012_protected_identity"),
    ]

    operations = [
        migrations.RunSQL(PROTECTED, migrations.RunSQL.noop),
        Protect("log_finding", FINDING), Protect("log_decision", DECISION),
    ]
