"""`Access` is open to whom it is about, since it tells who is known to whom; the log to nobody.

A line is only added; it is read through functions that give words to the person and the reviewer.
"""

from django.db import migrations

from portal import policies
from portal.context import Purpose

OWN = f"user_id = {policies.USER} AND membership_id = {policies.MEMBERSHIP}"


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_log_is_sealed")]

    operations = [
        migrations.RunSQL(
            "REVOKE SELECT ON portal_auditevent FROM portal_app",
            "GRANT SELECT ON portal_auditevent TO portal_app",
        ),
        policies.Protect("portal_access", OWN, system=[Purpose.REMINDERS]),
    ]
