"""Row-level security on who is kept from disposal, and on the lines of a decision."""

from django.db import migrations

from portal.context import Purpose
from portal.policies import MEMBERSHIP, Protect, of_a_person

# A decision is the owner's: its managers read the lines, of people they may otherwise not reach.
LINE = (
    "EXISTS (SELECT FROM retention_disposal disposal"
    " JOIN portal_organisation unit ON unit.owner_id = disposal.owner_id"
    " JOIN portal_membership m ON m.unit_id = unit.id"
    " WHERE disposal.id = retention_entry.disposal_id"
    f" AND m.id = {MEMBERSHIP} AND m.role = 'MANAGER')"
)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0002_nothing_goes_without_a_decision"),
        ("participants", "0012_protected_identity"),
    ]

    operations = [
        Protect(
            "retention_hold", of_a_person("retention_hold"), system=[Purpose.RETENTION]
        ),
        Protect("retention_entry", LINE, system=[Purpose.RETENTION]),
    ]
