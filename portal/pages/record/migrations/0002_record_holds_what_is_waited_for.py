"""Decisions that are waited for stand among what is current, and in what has happened once answered.

Branches of the views that the record asks already: they cost it no question of their own.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("portal.pages.record.migrations.0001_record_is_read_across_subjects")


def anew(view):
    return view.strip().rstrip(";").replace("CREATE VIEW", "CREATE OR REPLACE VIEW")


HAPPENING = anew(BEFORE.HAPPENING) + """
UNION ALL
SELECT 'decided', id, public_id, participant_id, owner_id, info_type, answered_by_id, NULL, '',
       answered_at, text::text || CASE WHEN answer_text = '' THEN '' ELSE ' – ' || answer_text END,
       answer::text, NULL, answer <> ''
FROM participants_awaiteddecision;
"""
CURRENT = anew(BEFORE.CURRENT) + """
UNION ALL
SELECT 'decision', held.id, held.public_id, held.participant_id, held.owner_id, held.info_type,
       held.asked_on, held.expected_on, NULL, '{}', held.authority::text, held.text::text,
       (SELECT u.first_name::text FROM portal_membership m JOIN portal_user u ON u.id = m.user_id
        WHERE m.id = held.watcher_id), NULL::numeric(4, 1)
FROM participants_awaiteddecision held
WHERE held.answer = '';
"""
COLLEAGUE = anew(BEFORE.COLLEAGUE)
for old, new in (
    ("unit.name::text AS unit", "unit.name::text AS unit, held.started_at"),
    ("id, participant_id, membership_id FROM", "id, participant_id, membership_id, started_at FROM"),
):
    COLLEAGUE = COLLEAGUE.replace(old, new)
BACK = (
    "DROP VIEW record_happening, record_current, record_colleague;"
    + BEFORE.HAPPENING + BEFORE.CURRENT + BEFORE.COLLEAGUE
)


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0001_record_is_read_across_subjects"),
        ("participants", "0017_decisions_that_are_waited_for"),
    ]

    operations = [
        migrations.RunSQL(HAPPENING + CURRENT + COLLEAGUE, BACK),
        migrations.AlterModelOptions(
            name="current",
            options={
                "managed": False,
                "verbose_name": "current place or decision",
                "verbose_name_plural": "current places and decisions",
            },
        ),
    ]
