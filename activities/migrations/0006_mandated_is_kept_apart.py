"""*Anvisad* and *frivillig* never mix, and what crosses the wall is a copy that nobody rewrites."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from portal import access
from portal.models import Level
from portal.policies import UNIT, asked, of_a_person, Protect

TABLE = "activities_mandatedrelease"
# The person and those who read the record; and the receiving unit, once it has opened.
WALL = (
    f"{of_a_person(TABLE, Level.READ)} OR ({asked(access.SENT, f'{TABLE}.participant_id')}"
    f" AND {TABLE}.receiver_id = {UNIT} AND {TABLE}.taken_back_at IS NULL"
    f" AND ({TABLE}.confirmed_at IS NOT NULL"
    f" OR ({TABLE}.held_at IS NULL AND {TABLE}.opens_at <= statement_timestamp())))"
)

# The contract stands on the activity, so no CHECK of one table can hold it.
BASIS = """
CREATE FUNCTION check_basis() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.basis <> OLD.basis THEN
    RAISE EXCEPTION 'what was chosen never becomes a duty' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'the_basis_of_an_enrolment_never_changes';
  END IF;
  IF NEW.basis = 'MANDATED' AND NOT EXISTS (
    SELECT 1 FROM activities_activity WHERE id = NEW.activity_id AND contract = 'SCHEDULE'
  ) THEN
    RAISE EXCEPTION 'only a timetable can be mandated' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'only_a_timetable_can_be_mandated';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mandated_and_voluntary_never_mix
  BEFORE INSERT OR UPDATE OF basis, activity_id ON activities_enrolment
  FOR EACH ROW EXECUTE FUNCTION check_basis();

CREATE FUNCTION check_contract() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM activities_enrolment WHERE activity_id = NEW.id AND basis = 'MANDATED'
  ) THEN
    RAISE EXCEPTION 'only a timetable can be mandated' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'only_a_timetable_can_be_mandated';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_mandated_activity_keeps_its_timetable
  BEFORE UPDATE OF contract ON activities_activity
  FOR EACH ROW WHEN (OLD.contract = 'SCHEDULE' AND NEW.contract <> 'SCHEDULE')
  EXECUTE FUNCTION check_contract();

REVOKE ALL ON FUNCTION check_basis(), check_contract() FROM PUBLIC;
REVOKE UPDATE ON activities_mandatedrelease FROM portal_app;
GRANT UPDATE (confirmed_at, held_at, taken_back_at, taken_back_by_id)
  ON activities_mandatedrelease TO portal_app;
"""
DROP = "DROP FUNCTION check_basis() CASCADE; DROP FUNCTION check_contract() CASCADE;"


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0005_second_belt'),
        ('participants', '0012_protected_identity'),
        ('portal', '0007_grounds_across_the_wall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='basis',
            field=models.CharField(choices=[('VOLUNTARY', 'by own choice'), ('MANDATED', 'decided in the plan for income support')], default='VOLUNTARY', max_length=10, verbose_name='on what basis'),
        ),
        migrations.CreateModel(
            name='MandatedRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('name', models.CharField(max_length=201, verbose_name='name')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('plan', models.JSONField(default=list)),
                ('days', models.JSONField(default=list)),
                ('released_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opens_at', models.DateTimeField(verbose_name='opens')),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('held_at', models.DateTimeField(null=True)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandated_releases', to='participants.participant')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation', verbose_name='who reads it')),
                ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'what is sent about mandated days',
                'verbose_name_plural': 'what is sent about mandated days',
                'indexes': [models.Index(fields=['participant', '-released_at'], name='release_of_a_person'), models.Index(fields=['receiver', '-opens_at'], name='release_to_a_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('released_at__isnull', False), ('released_by__isnull', False)), name='what_was_released_has_a_time_and_a_person'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='a_release_ends_after_it_starts', violation_error_message='The last day must not come before the first.'), models.CheckConstraint(condition=models.Q(('opens_at__gt', models.F('released_at'))), name='a_release_is_read_before_it_opens'), models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('held_at', None), _connector='OR'), name='a_release_is_confirmed_or_held_not_both'), models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='a_release_taken_back_has_a_time_and_a_person')],
            },
        ),
        migrations.RunSQL(BASIS, DROP),
        Protect("activities_mandatedrelease", WALL),
    ]
