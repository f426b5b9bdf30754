"""Who speaks for a person, and the ground that follows: by kind of information, and by date.

The ground joins `grounds_expected`, inside the rule that stands around all of them: a protected
person is reached by those who are named alone, and nobody reaches themself by a role.
"""

import datetime
import uuid
from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal import access, policies
from portal.models import Level
from portal.policies import Protect, asked, of_a_person

OLD = import_module("participants.migrations.0002_access_follows_the_team")
OWNER = import_module("participants.migrations.0010_second_belt").OWNER
TABLE = "participants_representative"

# The person; colleagues who read the record, where the paper was seen; and whoever speaks, now.
SPEAKS = (
    f"({of_a_person(TABLE, Level.READ)} AND ({policies.MEMBERSHIP} = 0 OR owner_id = {OWNER}))"
    f" OR {asked(access.SPEAKS, f'{TABLE}.id')}"
)

# The name and the ticked kinds, of the organisation that has seen the paper; 9 is the ground. Level
# 1 opens nothing by itself: neither number nor consents, and nothing to write.
PART = """
CREATE VIEW representative_access_expected AS
SELECT held.user_id, held.membership_id, held.organisation_id, held.participant_id,
       NULL::bigint AS unit_id, held.info_types, 1::smallint AS level, 9::smallint AS ground,
       held.source_id, held.valid_from, held.valid_until
FROM (
  SELECT m.user_id, m.id AS membership_id, r.owner_id AS organisation_id, r.participant_id,
         r.info_types, r.id AS source_id,
         greatest(r.starts_on::timestamp AT TIME ZONE 'Europe/Stockholm', r.created_at,
                  m.started_at) AS valid_from,
         least((r.until + 1)::timestamp AT TIME ZONE 'Europe/Stockholm', r.ended_at,
               m.ended_at) AS valid_until
  FROM participants_representative r
  JOIN participants_participant p ON p.id = r.participant_id AND p.closed_at IS NULL
  JOIN portal_membership m ON m.id = r.membership_id AND m.role = 'REPRESENTATIVE'
) held
WHERE held.valid_until > held.valid_from;
"""
GROUNDS = """
CREATE OR REPLACE VIEW grounds_expected AS
SELECT * FROM support_access_expected
UNION ALL SELECT * FROM named_access_expected
UNION ALL SELECT * FROM opening_access_expected
UNION ALL SELECT * FROM mandated_access_expected
"""
FOLLOW = """
CREATE FUNCTION refresh_access_of_represented() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  FOR person IN SELECT DISTINCT participant_id FROM participants_representative
                WHERE membership_id = NEW.id ORDER BY 1 LOOP
    PERFORM refresh_access(person);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER access_of_represented_follows
  AFTER UPDATE OF role, user_id, started_at, ended_at ON portal_membership
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_represented();
REVOKE ALL ON FUNCTION refresh_access_of_represented() FROM PUBLIC;
REVOKE ALL ON representative_access_expected FROM portal_app;
REVOKE UPDATE, DELETE ON participants_representative FROM portal_app;
GRANT UPDATE (seen_on, seen_by_id, until, ended_at, ended_by_id)
  ON participants_representative TO portal_app;
"""
FORWARDS = (
    PART
    + f"{GROUNDS} UNION ALL SELECT * FROM representative_access_expected;"
    + OLD.statement_triggers(TABLE, "refresh_access_of_changed")
    + FOLLOW
)
BACKWARDS = (
    "DROP FUNCTION refresh_access_of_represented() CASCADE;"
    f"{GROUNDS}; DROP VIEW representative_access_expected;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0014_cards_for_peers"),
        ("activities", "0007_named_staff_alone"),  # which gives `grounds_expected`
        ("portal", "0011_representatives_have_a_role"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Representative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('kind', models.CharField(choices=[('GOOD_MAN', 'god man (legal guardian)'), ('TRUSTEE', 'förvaltare (trustee)'), ('BY_POWER', 'ombud, by power of attorney')], max_length=10, verbose_name='as what')),
                ('info_types', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')]), verbose_name='what it covers')),
                ('in_writing', models.CharField(blank=True, max_length=200, verbose_name='where health or money is written')),
                ('proof', models.CharField(choices=[('REGISTER', 'extract from the register'), ('COURT', 'decision of the court'), ('POWER', 'power of attorney')], max_length=10, verbose_name='what proves it')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='about the paper')),
                ('seen_on', models.DateField(verbose_name='the paper was seen')),
                ('told_on', models.DateField(verbose_name='the person was told')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('until', models.DateField(verbose_name='last day')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='represents', to='portal.membership')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representatives', to='participants.participant')),
                ('seen_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'representative',
                'verbose_name_plural': 'representatives',
                'indexes': [models.Index(fields=['membership', 'until'], name='spoken_for_by_one')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('participant', 'membership', 'owner'), name='somebody_speaks_for_a_person_once'),
                    models.CheckConstraint(condition=models.Q(('info_types__len__gt', 0), ('info_types__contained_by', [1, 2, 3, 4, 5, 6, 7, 8])), name='whoever_speaks_covers_something_and_no_notes'),
                    models.CheckConstraint(condition=models.Q(models.Q(('info_types__overlap', [7, 8]), _negated=True), models.Q(('in_writing', ''), _negated=True), _connector='OR'), name='health_and_money_are_opened_in_writing'),
                    models.CheckConstraint(condition=models.Q(('until__gte', models.F('starts_on')), ('until__lte', django.db.models.expressions.CombinedExpression(models.F('seen_on'), '+', models.Value(datetime.timedelta(days=366))))), name='nobody_speaks_longer_than_a_year_unseen'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='whoever_no_longer_speaks_has_a_time_and_a_person'),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        Protect(TABLE, SPEAKS),
    ]
