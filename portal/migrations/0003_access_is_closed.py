"""`Access` itself is open to whom it is about: it tells who is known to whom."""

from django.db import migrations

from portal import policies
from portal.context import Purpose

OWN = f"user_id = {policies.USER} AND membership_id = {policies.MEMBERSHIP}"


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_log_is_append_only")]

    operations = [policies.protect("portal_access", OWN, system=[Purpose.REMINDERS])]
