"""`Access` is open to whom it is about, since it tells who is known to whom; the log to nobody.

A line is only added; it is read through functions that give words to the person and the reviewer.
"""

from django.db import migrations

from portal import access, policies
from portal.context import Purpose

OWN = f"user_id = {policies.USER} AND membership_id = {policies.MEMBERSHIP}"
# The owner's view, so that a policy that asks it is not planned with that of `Access` inside it. It
# holds what the policy would let through, and only as long as it is valid.
HELD = f"""
CREATE VIEW held_access AS
SELECT held.user_id, held.participant_id, held.organisation_id, held.unit_id, held.info_types,
  held.level, held.ground, held.source_id
{access.GROUNDS % policies.ACTING};
REVOKE ALL ON held_access FROM portal_app;
GRANT SELECT ON held_access TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_log_is_sealed")]

    operations = [
        migrations.RunSQL(
            "REVOKE SELECT ON portal_auditevent FROM portal_app",
            "GRANT SELECT ON portal_auditevent TO portal_app",
        ),
        migrations.RunSQL(HELD, "DROP VIEW held_access"),
        policies.Protect("portal_access", OWN, system=[Purpose.REMINDERS]),
    ]
