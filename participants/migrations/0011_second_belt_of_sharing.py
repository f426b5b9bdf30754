"""Row-level security on what is asked, shown, and handed out by law."""

from importlib import import_module

from django.db import migrations

from portal import policies
from portal.context import Purpose
from portal.models import Level
from portal.policies import Protect, of_a_person

OWNER = import_module("participants.migrations.0010_second_belt").OWNER
ONESELF = f"{policies.MEMBERSHIP} = 0"


def read(table):
    return of_a_person(table, Level.READ)


# Whoever handed it out, and whoever it was handed to.
RELEASE = (
    f"{read('participants_release')} AND ({ONESELF} OR owner_id = {OWNER} OR EXISTS ("
    "SELECT FROM participants_consent yes"
    f" WHERE yes.id = participants_release.consent_id AND yes.receiver_id = {OWNER}))"
)
# A manager, who answers for them, reads no record: the name is enough.
DECIDES = f"(SELECT role = 'MANAGER' FROM portal_membership WHERE id = {policies.MEMBERSHIP})"
DISCLOSURE = (
    f"({ONESELF} OR owner_id = {OWNER}) AND ({read('participants_disclosure')}"
    f" OR ({DECIDES} AND {of_a_person('participants_disclosure')}))"
)


class Migration(migrations.Migration):
    dependencies = [("participants", "0010_second_belt")]

    operations = [
        Protect(
            "participants_consentquestion",
            f"{read('participants_consentquestion')} AND ({ONESELF} OR organisation_id = {OWNER})",
        ),
        Protect("participants_release", RELEASE, system=[Purpose.REMINDERS]),
        Protect("participants_disclosure", DISCLOSURE),
    ]
