"""One list of what has happened to a person, and one of who works with them, as views.

No branch has a condition of its own: only so can PostgreSQL open them all and read each table in
the order of its index, no further than the page asks. What would be a condition is a column. The
views read as whoever asks, so they open nothing that the tables keep closed.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

HAPPENING = """
CREATE VIEW record_happening WITH (security_invoker = true) AS
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
SELECT 'done', id, public_id, participant_id, owner_id, info_type, finished_by_id, NULL, '',
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

COLLEAGUE = """
CREATE VIEW record_colleague WITH (security_invoker = true) AS
SELECT held.is_main, held.id AS of_id, held.participant_id, m.id AS membership_id,
       u.first_name || ' ' || u.last_name AS name, m.role::text AS role, unit.name::text AS unit
FROM (
  SELECT true AS is_main, id, participant_id, membership_id FROM participants_maincontact
  WHERE ended_at IS NULL
  UNION ALL
  SELECT false, id, participant_id, membership_id FROM participants_teammember
  WHERE ended_at IS NULL
) held
JOIN portal_membership m ON m.id = held.membership_id
JOIN portal_user u ON u.id = m.user_id
JOIN portal_organisation unit ON unit.id = m.unit_id;
"""

# What is agreed for a place at work may pass without the place being ended: only `ended` tells.
CURRENT = """
CREATE VIEW record_current WITH (security_invoker = true) AS
SELECT 'enrolment'::text AS what, held.id AS of_id, held.public_id, held.participant_id,
       held.owner_id, held.info_type, held.started_on AS first, held.ended_on AS last,
       held.ended_on AS ended, held.weekdays, ''::text AS kind, activity.name::text AS name,
       ''::text AS employer, NULL::numeric(4, 1) AS hours
FROM activities_enrolment held JOIN activities_activity activity ON activity.id = held.activity_id
UNION ALL
SELECT 'placement', held.id, held.public_id, held.participant_id, held.owner_id, held.info_type,
       held.starts_on, held.ends_on, NULL, '{}', held.kind::text, held.occupation::text,
       employer.name::text, held.hours_per_week
FROM employers_placement held JOIN employers_employer employer ON employer.id = held.employer_id
WHERE held.ended_on IS NULL;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("activities", "0001_initial"),
        ("employers", "0001_initial"),
        ("participants", "0003_goals_are_found_by_person"),
        ("portal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Colleague',
            fields=[
                ('pk', models.CompositePrimaryKey('is_main', 'of_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('is_main', models.BooleanField()),
                ('of_id', models.BigIntegerField()),
                ('membership_id', models.BigIntegerField()),
                ('name', models.TextField()),
                ('role', models.TextField(choices=[('PARTICIPANT', 'participant'), ('GUIDE', 'guide'), ('CASE_MANAGER', 'case manager'), ('JOB_COACH', 'job coach'), ('ACTIVITY_LEADER', 'activity leader'), ('EMPLOYER_CONTACT', 'employer contact'), ('MANAGER', 'manager'), ('BENEFITS_OFFICER', 'benefits officer'), ('LOG_REVIEWER', 'log reviewer'), ('ADMINISTRATOR', 'administrator')])),
                ('unit', models.TextField()),
            ],
            options={
                'verbose_name': 'colleague',
                'verbose_name_plural': 'colleagues',
                'db_table': 'record_colleague',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Happening',
            fields=[
                ('pk', models.CompositePrimaryKey('what', 'of_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('what', models.TextField(choices=[('contact', 'contact'), ('step', 'New step'), ('done', 'Step done'), ('goal', 'Goal'), ('placement', 'placement'), ('follow_up', 'Follow-up at work'), ('enrolment', 'Got a place'), ('attendance', 'Was there')])),
                ('of_id', models.BigIntegerField()),
                ('public_id', models.UUIDField()),
                ('info_type', models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')])),
                ('submission_id', models.UUIDField(null=True)),
                ('audience', models.TextField()),
                ('at', models.DateTimeField()),
                ('said', models.TextField()),
                ('detail', models.TextField()),
                ('held', models.DateTimeField(null=True)),
                ('stands', models.BooleanField()),
            ],
            options={
                'verbose_name': 'thing that has happened',
                'verbose_name_plural': 'things that have happened',
                'db_table': 'record_happening',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Current',
            fields=[
                ('pk', models.CompositePrimaryKey('what', 'of_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('what', models.TextField()),
                ('of_id', models.BigIntegerField()),
                ('public_id', models.UUIDField()),
                ('info_type', models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')])),
                ('first', models.DateField()),
                ('last', models.DateField(null=True)),
                ('ended', models.DateField(null=True)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('kind', models.TextField(blank=True)),
                ('name', models.TextField()),
                ('employer', models.TextField(blank=True)),
                ('hours', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
            ],
            options={
                'verbose_name': 'current place',
                'verbose_name_plural': 'current places',
                'db_table': 'record_current',
                'managed': False,
            },
        ),
        migrations.RunSQL(
            HAPPENING + COLLEAGUE + CURRENT,
            "DROP VIEW record_current, record_colleague, record_happening;",
        ),
    ]
