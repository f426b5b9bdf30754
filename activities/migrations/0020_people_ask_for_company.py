"""Wishes for company: the person's own, and the one row that somebody has said yes to.

What nobody has answered is read by the system alone, which tells peers the session and no more.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from portal.context import Purpose
from portal.policies import MEMBERSHIP, Protect, of_a_person, taking_part

TABLE = "activities_companywish"
OWN = f"({MEMBERSHIP} = 0 AND {of_a_person(TABLE)})"
PROMISED = (
    f"(membership_id = {MEMBERSHIP} AND {TABLE}.ended_at IS NULL"
    " AND EXISTS (SELECT FROM activities_session session"
    f" WHERE session.id = {TABLE}.session_id AND session.ends_at > statement_timestamp()))"
)
DOOR = (
    "activities_session session JOIN activities_activity activity"
    f" ON activity.id = session.activity_id WHERE session.id = {TABLE}.session_id"
)
FETCHED = f"({TABLE}.kind = 'PICK_UP' AND {TABLE}.ended_at IS NULL AND {taking_part(TABLE, DOOR)})"

# Whoever sees which rows: protection, and the end of the support, end every wish.
FOLLOW = f"""
CREATE FUNCTION end_wishes_for_company() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE {TABLE} SET ended_at = statement_timestamp(),
    let_go_at = CASE WHEN membership_id IS NULL THEN let_go_at ELSE statement_timestamp() END
  WHERE participant_id = NEW.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER wishes_for_company_follow_the_person
  AFTER UPDATE OF protection, closed_at ON participants_participant
  FOR EACH ROW WHEN (NEW.protection > 0 OR NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION end_wishes_for_company();
REVOKE ALL ON FUNCTION end_wishes_for_company() FROM PUBLIC;
"""
# Nothing about a person is deleted by the application; this goes when the session is over, by the
# clock of the database. Returns the steps that the wishes led to.
FORGET = f"""
CREATE FUNCTION forget_wishes_for_company() RETURNS bigint[]
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM {TABLE} wish USING activities_session session
    WHERE session.id = wish.session_id AND session.ends_at <= statement_timestamp()
    RETURNING wish.step_id
  )
  SELECT coalesce(array_agg(step_id) FILTER (WHERE step_id IS NOT NULL), '{{}}') FROM gone
$$;
REVOKE ALL ON FUNCTION forget_wishes_for_company() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_wishes_for_company() TO portal_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0019_a_code_at_the_door'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompanyWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('COMPANY', 'company on the way'), ('PICK_UP', 'to be fetched')], max_length=8, verbose_name='what you asked for')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('meeting', models.CharField(blank=True, choices=[('ENTRANCE', 'By the entrance'), ('INSIDE', 'Inside the door'), ('STOP', 'At the bus stop')], max_length=8, verbose_name='where to meet')),
                ('words', models.CharField(blank=True, max_length=100, verbose_name='in your own words')),
                ('answer', models.CharField(blank=True, choices=[('YES', 'yes'), ('NO', 'not this time')], max_length=3, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('first_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='first name')),
                ('refused', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False)),
                ('news_at', models.DateTimeField(editable=False, null=True)),
                ('let_go_at', models.DateTimeField(editable=False, null=True)),
                ('handed_on_at', models.DateTimeField(editable=False, null=True, verbose_name='your contact was told')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('membership', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='who answered')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='company_wishes', to='participants.participant')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='company_wishes', to='activities.session', verbose_name='session')),
                ('step', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='participants.step')),
            ],
            options={
                'verbose_name': 'wish for company',
                'verbose_name_plural': 'wishes for company',
                'indexes': [models.Index(fields=['participant', 'session'], name='company_of_a_person'), models.Index(fields=['membership', 'session'], name='company_of_a_companion')],
                'constraints': [models.UniqueConstraint(fields=('session', 'participant'), name='a_person_asks_for_company_to_a_session_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('kind', 'COMPANY'), ('membership__isnull', False)), fields=('session', 'membership'), name='a_companion_goes_with_one_person_to_a_session'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('membership', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('membership__isnull', False)), _connector='OR'), name='an_answered_wish_has_a_time_and_a_person'), models.CheckConstraint(condition=models.Q(('first_name', ''), ('answer', 'YES'), _connector='OR'), name='a_name_is_shown_to_whoever_said_yes'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'NO'), _negated=True), ('kind', 'PICK_UP'), _connector='OR'), name='only_those_who_fetch_say_no')],
            },
        ),
        migrations.RunSQL(
            FOLLOW,
            "DROP TRIGGER wishes_for_company_follow_the_person ON participants_participant;"
            " DROP FUNCTION end_wishes_for_company();",
        ),
        migrations.RunSQL(FORGET, "DROP FUNCTION forget_wishes_for_company();"),
        Protect(
            TABLE,
            f"{OWN} OR {PROMISED} OR {FETCHED}",
            system=[Purpose.REMINDERS, Purpose.SESSIONS],
        ),
    ]
