"""Row-level security on who takes part: colleagues by kind and owner, leaders by activity."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import MEMBERSHIP, UNIT, Protect, item, taking_part

ENROLMENT = "activities_activity activity WHERE activity.id = activities_enrolment.activity_id"
SESSION = (
    "activities_session session JOIN activities_activity activity"
    " ON activity.id = session.activity_id WHERE session.id = {}.session_id"
)
SYSTEM = [Purpose.REMINDERS, Purpose.SESSIONS]


# As `visible_to` has it: who leads activities sees those, and nothing else of the same owner's.
LEADS = f"(SELECT role = 'ACTIVITY_LEADER' FROM portal_membership WHERE id = {MEMBERSHIP})"


def protect_item(table, activity):
    condition = f"CASE WHEN {LEADS} THEN {taking_part(table, activity)} ELSE {item(table)} END"
    return Protect(table, condition, system=SYSTEM)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_access_is_planned_once"),
        ("participants", "0010_second_belt"),
    ]

    operations = [
        protect_item("activities_enrolment", ENROLMENT),
        protect_item("activities_signup", SESSION.format("activities_signup")),
        protect_item("activities_attendance", SESSION.format("activities_attendance")),
        Protect(
            "activities_guest",
            f"EXISTS (SELECT FROM {SESSION.format('activities_guest')}"
            f" AND activity.organiser_id = {UNIT})",
            system=[Purpose.SESSIONS],
        ),
    ]
