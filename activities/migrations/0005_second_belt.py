"""Row-level security on who takes part: colleagues by kind and owner, leaders by activity."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import UNIT, item, protect, taking_part

ENROLMENT = "activities_activity activity WHERE activity.id = activities_enrolment.activity_id"
SESSION = (
    "activities_session session JOIN activities_activity activity"
    " ON activity.id = session.activity_id WHERE session.id = {}.session_id"
)
SYSTEM = [Purpose.REMINDERS, Purpose.SESSIONS]


def protect_item(table, activity):
    condition = f"{item(table)} OR ({taking_part(table, activity)})"
    return protect(table, condition, system=SYSTEM)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_access_is_planned_once"),
        ("participants", "0008_second_belt"),
    ]

    operations = [
        protect_item("activities_enrolment", ENROLMENT),
        protect_item("activities_signup", SESSION.format("activities_signup")),
        protect_item("activities_attendance", SESSION.format("activities_attendance")),
        protect(
            "activities_guest",
            f"EXISTS (SELECT FROM {SESSION.format('activities_guest')}"
            f" AND activity.organiser_id = {UNIT})",
            system=[Purpose.SESSIONS],
        ),
    ]
