"""What a person shows an employer of one placement, and who may read it.

An employer has no row of `Access`: that the card is shown to this organisation is all. It follows
the person and the placement in the same statement, whoever sees which rows: protection and an end
take it back, and another supporter stands on it.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal import policies
from portal.policies import Protect

EMPLOYER = (
    "(SELECT unit.owner_id FROM portal_membership m"
    " JOIN portal_organisation unit ON unit.id = m.unit_id"
    f" WHERE m.id = {policies.MEMBERSHIP} AND m.role = 'EMPLOYER_CONTACT')"
)
CARD = (
    "EXISTS (SELECT FROM employers_placement placement"
    " WHERE placement.id = employers_employercard.placement_id)"
    f" OR (receiver_id = {EMPLOYER} AND taken_back_at IS NULL"
    " AND (until IS NULL OR until > statement_timestamp()))"
)

FOLLOW = """
CREATE FUNCTION employer_cards_follow_the_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE employers_employercard SET taken_back_at = statement_timestamp()
  WHERE participant_id = NEW.id AND taken_back_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER employer_cards_follow_the_person
  AFTER UPDATE OF protection, closed_at ON participants_participant
  FOR EACH ROW WHEN (NEW.protection > 0 OR NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION employer_cards_follow_the_person();

CREATE FUNCTION employer_cards_follow_the_placement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE employers_employercard SET supporter_id = NEW.supporter_id,
    taken_back_at = CASE WHEN NEW.ended_on IS NOT NULL THEN statement_timestamp() END
  WHERE placement_id = NEW.id AND taken_back_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER employer_cards_follow_the_placement
  AFTER UPDATE OF supporter_id, ended_on ON employers_placement
  FOR EACH ROW EXECUTE FUNCTION employer_cards_follow_the_placement();
REVOKE ALL ON FUNCTION employer_cards_follow_the_person(), employer_cards_follow_the_placement()
  FROM PUBLIC;
"""
BACK = """
DROP TRIGGER employer_cards_follow_the_placement ON employers_placement;
DROP TRIGGER employer_cards_follow_the_person ON participants_participant;
DROP FUNCTION employer_cards_follow_the_placement(), employer_cards_follow_the_person();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("employers", "0002_second_belt"),
        ("participants", "0014_cards_for_peers"),
        ("portal", "0010_peers_sign_a_pledge"),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('first_name', models.CharField(blank=True, max_length=100, verbose_name='first name')),
                ('days', models.CharField(blank=True, max_length=300, verbose_name='days and times')),
                ('tasks', models.CharField(blank=True, max_length=300, verbose_name='tasks')),
                ('adjustments', models.CharField(blank=True, max_length=500, verbose_name='what makes it work')),
                ('given', models.CharField(blank=True, choices=[('PAPER', 'on paper, signed'), ('SPEECH', 'in speech, with a witness'), ('PORTAL', 'by the person, in the portal')], max_length=10, verbose_name='how the yes was given')),
                ('witness', models.CharField(blank=True, max_length=200, verbose_name='witness')),
                ('shown_at', models.DateTimeField(editable=False, null=True, verbose_name='shown')),
                ('until', models.DateTimeField(editable=False, null=True, verbose_name='until')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('was_refused', models.BooleanField(default=False, editable=False, verbose_name='the person said no')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employer_cards', to='participants.participant')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='employers.placement')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employer_cards', to='portal.organisation', verbose_name='who may read')),
                ('supporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='who supports at the workplace')),
            ],
            options={
                'verbose_name': 'card for an employer',
                'verbose_name_plural': 'cards for employers',
                'indexes': [models.Index(fields=['receiver', 'until'], name='card_shown_to_an_employer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('placement',), name='a_placement_has_one_card_for_its_employer'), models.CheckConstraint(condition=models.Q(models.Q(('adjustments', ''), ('days', ''), ('first_name', ''), ('given', ''), ('shown_at', None), ('tasks', ''), ('until', None), ('witness', '')), models.Q(('shown_at__isnull', False), ('until__isnull', False), models.Q(('first_name', ''), _negated=True), models.Q(('given', ''), _negated=True)), _connector='OR'), name='an_employer_reads_nothing_until_the_person_says_yes'), models.CheckConstraint(condition=models.Q(models.Q(('given', 'SPEECH'), _negated=True), models.Q(('witness', ''), _negated=True), _connector='OR'), name='a_yes_in_speech_to_an_employer_has_a_witness', violation_error_message='Write who was there and heard the yes.')],
            },
        ),
        migrations.RunSQL(FOLLOW, BACK),
        Protect("employers_employercard", CARD),
    ]
