"""A line for a full session: who waits takes no place, and who has been offered one does."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

BEFORE = import_module("activities.migrations.0002_places_are_counted").COUNT
DROP = "DROP FUNCTION recount_sign_ups(); DROP FUNCTION count_sign_ups() CASCADE;"
COUNT = """
CREATE FUNCTION count_sign_ups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before_session bigint; after_session bigint;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.withdrawn_at IS NULL AND OLD.waiting_since IS NULL THEN
    before_session := OLD.session_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.withdrawn_at IS NULL AND NEW.waiting_since IS NULL THEN
    after_session := NEW.session_id;
  END IF;
  IF before_session IS NOT DISTINCT FROM after_session THEN RETURN NULL; END IF;
  UPDATE activities_session SET signed_up = signed_up - 1 WHERE id = before_session;
  UPDATE activities_session SET signed_up = signed_up + 1 WHERE id = after_session;
  RETURN NULL;
END $$;

CREATE TRIGGER sign_ups_are_counted
  AFTER INSERT OR DELETE OR UPDATE OF withdrawn_at, waiting_since, session_id ON activities_signup
  FOR EACH ROW EXECUTE FUNCTION count_sign_ups();

-- For bulk loads, which switch the triggers off.
CREATE FUNCTION recount_sign_ups() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE activities_session held SET signed_up = counted.number
  FROM (
    SELECT session.id, count(one.id) AS number FROM activities_session session
    LEFT JOIN activities_signup one
      ON one.session_id = session.id AND one.withdrawn_at IS NULL AND one.waiting_since IS NULL
    GROUP BY session.id
  ) counted
  WHERE counted.id = held.id AND counted.number <> held.signed_up
$$;

REVOKE ALL ON FUNCTION count_sign_ups(), recount_sign_ups() FROM PUBLIC;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0007_named_staff_alone'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='signup',
            name='answer_by',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='signup',
            name='offered_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='signup',
            name='waiting_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='signup',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False), ('withdrawn_at', None)), fields=['session', 'waiting_since', 'id'], name='who_waits_for_a_session'),
        ),
        migrations.AddIndex(
            model_name='signup',
            index=models.Index(condition=models.Q(('answer_by__isnull', False), ('withdrawn_at', None)), fields=['answer_by'], name='place_held_until'),
        ),
        migrations.AddConstraint(
            model_name='signup',
            constraint=models.CheckConstraint(condition=models.Q(('waiting_since', None), ('answer_by', None), _connector='OR'), name='who_waits_has_no_place_and_no_offer'),
        ),
        migrations.AddConstraint(
            model_name='signup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_by', None), ('offered_at', None)), models.Q(('answer_by__gte', models.F('offered_at')), ('offered_at__isnull', False)), _connector='OR'), name='an_offered_place_is_held_for_a_time'),
        ),
        migrations.RunSQL(DROP + COUNT, DROP + BEFORE),
    ]
