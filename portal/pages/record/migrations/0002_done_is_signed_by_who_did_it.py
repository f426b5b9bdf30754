"""A step that is done is signed by the one who did it, not by the one who wrote it.

The rest of the view is as it was: replacing it asks for the whole.
"""

from django.db import migrations

HAPPENING = """
CREATE OR REPLACE VIEW record_happening WITH (security_invoker = true) AS
SELECT 'contact'::text AS what, id AS of_id, public_id, participant_id, owner_id, info_type,
       author_id, submission_id, audience::text AS audience, occurred_at AS at, text::text AS said,
       (CASE WHEN outcome = 'NOT_REACHED' THEN outcome ELSE mode END)::text AS detail,
       held_back_until AS held, removed_at IS NULL AS stands
FROM participants_contact
UNION ALL
SELECT 'step', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       created_at, text::text, '', NULL, removed_at IS NULL
FROM participants_step
UNION ALL
SELECT 'done', id, public_id, participant_id, owner_id, info_type, {finisher}, NULL, '',
       finished_at, text::text, '', NULL, finished_at IS NOT NULL
FROM participants_step
UNION ALL
SELECT 'goal', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       created_at, text::text, '', NULL, true
FROM participants_goal
UNION ALL
SELECT 'placement', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       created_at, occupation::text, kind::text, NULL, end_reason <> 'MISTAKE'
FROM employers_placement
UNION ALL
SELECT 'follow_up', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       occurred_at, text::text, how_it_goes::text, NULL, true
FROM employers_followupnote
UNION ALL
SELECT 'enrolment', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       created_at,
       (SELECT a.name::text FROM activities_activity a WHERE a.id = activity_id), '', NULL, true
FROM activities_enrolment
UNION ALL
SELECT 'attendance', id, public_id, participant_id, owner_id, info_type, author_id, NULL, '',
       arrived_at,
       (SELECT a.name::text FROM activities_session s
        JOIN activities_activity a ON a.id = s.activity_id WHERE s.id = session_id),
       '', NULL, removed_at IS NULL
FROM activities_attendance;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0001_record_is_read_across_subjects"),
        ("participants", "0003_goals_are_found_by_person"),
    ]

    operations = [
        migrations.RunSQL(
            HAPPENING.format(finisher="finished_by_id"),
            HAPPENING.format(finisher="author_id"),
        ),
    ]
