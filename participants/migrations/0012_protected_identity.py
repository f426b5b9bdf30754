"""Protected identity, and the intake's opening at a first meeting: tables and what follows them.

The rule itself, that a protected person is reached by named staff alone, stands around the whole
of `access_expected`: activities/migrations/0007_named_staff_alone.
"""

import datetime
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import phonenumber_field.modelfields
import portal.models.organisations
from importlib import import_module

from django.conf import settings
from django.db import migrations, models

from portal import access
from portal.context import Purpose
from portal.policies import asked, of_a_person, Protect

MOVED = [Purpose.TEAM, Purpose.IMPORT]
OLD = import_module("participants.migrations.0002_access_follows_the_team")

# As in 0002, and with the plan kept as activities/0004 has it; the unit of a protected person is
# empty, so that no ground that covers a unit reaches them.
REFRESH = f"""
CREATE OR REPLACE FUNCTION refresh_access(person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM 1 FROM participants_participant WHERE id = person FOR NO KEY UPDATE;
  UPDATE participants_participant p SET unit_id = now_in.unit_id, in_intake = now_in.in_intake
  FROM (
    SELECT CASE WHEN held.protection = 0 THEN coalesce(contact.unit_id, waiting.unit_id) END
             AS unit_id,
           contact.unit_id IS NULL AND waiting.unit_id IS NOT NULL AS in_intake,
           coalesce(contact.unit_id, waiting.unit_id) IS NOT NULL AS is_open
    FROM (SELECT protection FROM participants_participant WHERE id = person) held
    LEFT JOIN (
      SELECT m.unit_id FROM participants_maincontact mc
      JOIN portal_membership m ON m.id = mc.membership_id
      WHERE mc.participant_id = person AND mc.ended_at IS NULL
    ) contact ON true
    LEFT JOIN (
      SELECT unit_id FROM participants_intake WHERE participant_id = person AND closed_at IS NULL
    ) waiting ON true
  ) now_in
  WHERE p.id = person
    AND (p.unit_id, p.in_intake) IS DISTINCT FROM (now_in.unit_id, now_in.in_intake)
    AND now_in.is_open;  -- a closed person stays with the last unit
  DELETE FROM portal_access held WHERE held.participant_id = person AND NOT EXISTS (
    SELECT 1 FROM access_expected e WHERE e.participant_id = person AND
      ROW(e.user_id, e.membership_id, e.organisation_id, e.info_types, e.level, e.ground,
          e.source_id, e.valid_from, e.valid_until) IS NOT DISTINCT FROM
      ROW(held.user_id, held.membership_id, held.organisation_id, held.info_types, held.level,
          held.ground, held.source_id, held.valid_from, held.valid_until));
  INSERT INTO portal_access ({OLD.COLUMNS})
  SELECT {OLD.COLUMNS} FROM access_expected WHERE participant_id = person ON CONFLICT DO NOTHING;
  PERFORM refresh_caseload(person);
END $$;

DROP TRIGGER access_follows_the_person ON participants_participant;
CREATE TRIGGER access_follows_the_person
  AFTER INSERT OR UPDATE OF user_id, closed_at, protection ON participants_participant
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_person();
""" + "".join(
    OLD.statement_triggers(f"participants_{table}", "refresh_access_of_changed")
    for table in ("namedstaff", "intakeopening")
)

# Support and money are apart: who decides on money walks beside nobody, and nobody beside oneself.
ASSIGNMENT = """
CREATE FUNCTION check_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM portal_membership m JOIN role_reach reach ON reach.role = m.role
    WHERE m.id = NEW.membership_id AND reach.level = 3
  ) THEN
    RAISE EXCEPTION 'this role supports nobody' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'whoever_walks_beside_a_person_has_a_supporting_role';
  END IF;
  IF EXISTS (
    SELECT 1 FROM portal_membership m
    JOIN participants_participant p ON p.id = NEW.participant_id AND p.user_id = m.user_id
    WHERE m.id = NEW.membership_id
  ) THEN
    RAISE EXCEPTION 'nobody supports themself' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'nobody_walks_beside_themself';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER support_is_apart_from_money
  BEFORE INSERT OR UPDATE OF membership_id, participant_id ON participants_maincontact
  FOR EACH ROW EXECUTE FUNCTION check_assignment();
CREATE TRIGGER support_is_apart_from_money
  BEFORE INSERT OR UPDATE OF membership_id, participant_id ON participants_teammember
  FOR EACH ROW EXECUTE FUNCTION check_assignment();
"""

# Asked by the log as each line is written, whoever looks: it answers yes or no and tells no name.
ALARM = """
CREATE FUNCTION is_anybody_protected(people bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM participants_participant WHERE id = ANY (people) AND protection > 0)
$$;
"""
CLOSED = """
REVOKE ALL ON FUNCTION check_assignment(), is_anybody_protected(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_anybody_protected(bigint[]) TO portal_app;
REVOKE UPDATE, DELETE ON participants_protectionchange, participants_intakeopening FROM portal_app;
"""
DROP = """
DROP FUNCTION check_assignment() CASCADE;
DROP FUNCTION is_anybody_protected(bigint[]);
DROP TRIGGER access_follows_the_person ON participants_participant;
CREATE TRIGGER access_follows_the_person
  AFTER INSERT OR UPDATE OF user_id, closed_at ON participants_participant
  FOR EACH ROW EXECUTE FUNCTION refresh_access_of_person();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0011_second_belt_of_sharing'),
        ('portal', '0007_grounds_across_the_wall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IntakeOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'opening at a first meeting',
                'verbose_name_plural': 'openings at a first meeting',
            },
        ),
        migrations.CreateModel(
            name='NamedStaff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'named colleague',
                'verbose_name_plural': 'named colleagues',
            },
        ),
        migrations.CreateModel(
            name='ProtectedDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_name', models.CharField(max_length=100, verbose_name='first name')),
                ('last_name', models.CharField(max_length=100, verbose_name='last name')),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None, verbose_name='mobile number')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
            ],
            options={
                'verbose_name': 'protected details',
                'verbose_name_plural': 'protected details',
            },
        ),
        migrations.CreateModel(
            name='ProtectionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('protection', models.PositiveSmallIntegerField(choices=[(0, 'no protection'), (1, 'confidentiality marking'), (2, 'protected population registration'), (3, 'assumed personal data')], verbose_name='protection')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'change of protection',
                'verbose_name_plural': 'changes of protection',
            },
        ),
        migrations.AddField(
            model_name='participant',
            name='protection',
            field=models.PositiveSmallIntegerField(choices=[(0, 'no protection'), (1, 'confidentiality marking'), (2, 'protected population registration'), (3, 'assumed personal data')], default=0, editable=False, verbose_name='protection'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('protection', 0), models.Q(('email', ''), ('phone', ''), ('unit', None)), _connector='OR'), name='whoever_is_protected_is_reached_by_named_staff_alone'),
        ),
        migrations.AddField(
            model_name='intakeopening',
            name='intake',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='participants.intake'),
        ),
        migrations.AddField(
            model_name='intakeopening',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership'),
        ),
        migrations.AddField(
            model_name='intakeopening',
            name='participant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intake_openings', to='participants.participant'),
        ),
        migrations.AddField(
            model_name='namedstaff',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership'),
        ),
        migrations.AddField(
            model_name='namedstaff',
            name='named_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='namedstaff',
            name='participant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named_staff', to='participants.participant'),
        ),
        migrations.AddField(
            model_name='protecteddetails',
            name='participant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='protected_details', to='participants.participant'),
        ),
        migrations.AddField(
            model_name='protectionchange',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='protectionchange',
            name='participant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='protection_changes', to='participants.participant'),
        ),
        migrations.AddConstraint(
            model_name='intakeopening',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('reason'), 20), name='an_opening_says_why_in_some_words', violation_error_message='Write why, in at least 20 characters.'),
        ),
        migrations.AddConstraint(
            model_name='intakeopening',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('opened_at')), ('until__lte', django.db.models.expressions.CombinedExpression(models.F('opened_at'), '+', models.Value(datetime.timedelta(days=1, seconds=3600))))), name='an_opening_lasts_a_day_at_most'),
        ),
        migrations.AddConstraint(
            model_name='namedstaff',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('participant', '='), ('membership', '='), (portal.models.organisations.Period(), '&&')], name='a_colleague_is_named_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='namedstaff',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gt', models.F('started_at')), _connector='OR'), name='a_named_colleague_ends_after_they_start'),
        ),
        migrations.RunSQL(REFRESH + ASSIGNMENT + ALARM + CLOSED, DROP),
        Protect(
            "participants_protecteddetails",
            asked(access.NAMED, "participants_protecteddetails.participant_id"),
            system=MOVED,
        ),
        *(
            Protect(table, of_a_person(table), system=MOVED)
            for table in ("participants_namedstaff", "participants_protectionchange")
        ),
        Protect("participants_intakeopening", of_a_person("participants_intakeopening")),
    ]
