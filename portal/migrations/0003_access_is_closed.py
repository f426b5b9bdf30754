"""`Access` is open to whom it is about, since it tells who is known to whom; the log to nobody.

A line is only added by the application; nothing of it reads the log yet.
"""

from django.db import migrations

from portal import policies
from portal.context import Purpose

OWN = f"user_id = {policies.USER} AND membership_id = {policies.MEMBERSHIP}"


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_log_is_append_only")]

    operations = [
        migrations.RunSQL(
            "REVOKE SELECT ON portal_auditevent FROM portal_app",
            "GRANT SELECT ON portal_auditevent TO portal_app",
        ),
        policies.Protect("portal_access", OWN, system=[Purpose.REMINDERS]),
    ]
