"""Row-level security on placements and on what is said of them."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import Protect, item

FOLLOW_UP = (
    "EXISTS (SELECT FROM employers_placement placement"
    " WHERE placement.id = employers_placementfollowup.placement_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("employers", "0001_initial"),
        ("participants", "0010_second_belt"),
    ]

    operations = [
        Protect("employers_placement", item("employers_placement"), system=[Purpose.REMINDERS]),
        Protect("employers_placementfollowup", FOLLOW_UP, system=[Purpose.REMINDERS]),
        Protect("employers_followupnote", item("employers_followupnote")),
    ]
