"""Fill the new columns of the rows that there are."""

from django.db import migrations

FILL = """
UPDATE participants_caseload held
SET next_step_text = e.next_step_text, next_step_until = e.next_step_until,
    public_id = e.public_id, first_name = e.first_name, last_name = e.last_name,
    sort_key = e.sort_key
FROM caseload_expected e
WHERE e.membership_id = held.membership_id AND e.participant_id = held.participant_id;
-- Rows that are in force no longer are in the view no longer, and are shown to nobody.
DELETE FROM participants_caseload WHERE sort_key = '';
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_caseload_holds_what_its_list_shows")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
